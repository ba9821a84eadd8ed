from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

from tests.account_client import PASSWORD
from tests.browser import CHROMIUM, log_in
from tests.ops_client import make_admin
from tests.ops_scene import scene_at

WAIT_MS = 60_000
LAPTOP = {"width": 1280, "height": 720}

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, timeout=2 * WAIT_MS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, stack, person):
    """Return a function that opens the page as a laptop shows it, with all that it complains of."""
    admin = make_admin(stack, person)

    @contextmanager
    def opened(scheme, **context):
        context = chromium.new_context(viewport=LAPTOP, color_scheme=scheme, **context)
        context.set_default_timeout(WAIT_MS)
        page, complaints = context.new_page(), []
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.extend(complaint_of(request)))
        log_in(page, stack.url, admin.email, PASSWORD)
        yield page
        context.close()
        assert complaints == []  # a breach of the content policy stands there too

    return opened


@pytest.fixture
def scene(stack, model):
    with scene_at(stack, model) as found:
        yield found


def complaint_of(request):
    """Return what failed; who goes to another page gives up what this one still asks for."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url}: {request.failure}"]


def row(page, name):
    return page.get_by_role("row").filter(has_text=name).first


def is_too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def hidden_parts(page):
    """Return the boxes that are too narrow for what they show."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".card, .rows")]
            .filter(box => box.scrollWidth > box.clientWidth)
            .map(box => `${box.scrollWidth} > ${box.clientWidth}: ${box.innerText}`)"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_laptop_and_breaks_no_rule_of_its_own(open_page, scene, scheme):
    scene.run(1)
    scene.poison(1)
    with open_page(scheme) as page:
        page.get_by_text("Work in hand").wait_for()

        assert not is_too_wide(page)
        assert page.locator("table:not(:has(caption))").count() == 0
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == {"light": "rgb(244, 246, 248)", "dark": "rgb(17, 21, 26)"}[scheme]


@pytest.mark.parametrize("runs_scripts", [True, False])
def test_a_lane_is_paused_and_goes_on(open_page, scene, runs_scripts):
    with open_page("light", java_script_enabled=runs_scripts) as page:
        lane = row(page, "bulk")
        lane.get_by_role("button", name="Pause bulk").click()
        page.get_by_role("status").get_by_text("paused").wait_for()
        (job,) = scene.queue(1, "bulk")
        page.goto(page.url)
        assert "paused since" in " ".join(lane.inner_text().split())
        assert hidden_parts(page) == []
        lane.get_by_role("button", name="Resume bulk").click()
        page.get_by_role("status").get_by_text("goes on").wait_for()

    assert scene.ended(job)["status"] == "succeeded"


def test_long_names_push_nothing_out_of_sight(open_page, scene):
    (job,) = scene.run(1)
    with scene.long_names(job) as name, open_page("light") as page:
        page.get_by_role("region", name="Workers").get_by_text(name).wait_for()

        assert page.get_by_role("region", name="Work in hand").get_by_text(name).count() == 1
        assert hidden_parts(page) == []


def test_a_dead_letter_is_replayed_and_another_one_dropped(open_page, scene):
    first, second = scene.poison(2)
    scene.release()
    with open_page("light") as page:
        row(page, first).get_by_role("button", name="Replay").click()
        page.get_by_role("status").get_by_text("tried again").wait_for()
        letter = row(page, second)
        letter.get_by_text("Drop").first.click()
        letter.get_by_role("button", name="Drop it").click()
        page.get_by_role("status").get_by_text("off the shelf").wait_for()
        shown = page.get_by_role("region", name="Dead letters").inner_text()

    assert first not in shown
    assert second not in shown
    assert scene.retried(first)["status"] == "succeeded"


def test_dead_letters_are_read_page_by_page(open_page, scene):
    with scene.crowded_shelf(120) as shelved, open_page("light") as page:
        page.get_by_role("link", name="Older dead letters").click()
        page.get_by_role("link", name="Newest dead letters").wait_for()
        rows = page.get_by_role("region", name="Dead letters")
        is_cut = rows.evaluate("shown => shown.scrollHeight > shown.clientHeight")

        assert row(page, shelved[60]).count() == 1
        assert not is_cut
        assert not is_too_wide(page)


def test_it_stays_fresh_by_itself(open_page, scene):
    with open_page("light") as page:
        (job,) = scene.poison(1)

        row(page, job).wait_for(timeout=WAIT_MS)


@pytest.mark.deep
def test_it_says_when_what_it_shows_is_old(open_page):
    with open_page("light") as page:
        page.evaluate("() => { theirs = fetch; fetch = () => Promise.reject(new TypeError()) }")
        page.get_by_role("alert").get_by_text("This is how it was").wait_for(timeout=WAIT_MS)
        page.evaluate("() => { fetch = theirs }")
        page.get_by_role("alert").wait_for(state="hidden", timeout=WAIT_MS)


def test_what_is_unseen_makes_the_page_no_larger(open_page, scene):
    scene.poison(1)
    with open_page("light") as page:
        page.set_viewport_size({"width": 600, "height": 720})

        assert not is_too_wide(page)

import re

import pytest

from tests.metrics_client import metrics_of
from tests.ops_client import Operator, make_admin
from tests.ops_scene import scene_at
from tests.stack import until
from tests.stack_client import order, some_text


@pytest.fixture
def admin(stack, person):
    return make_admin(stack, person)


@pytest.fixture
def operator(stack, admin):
    with Operator(stack.url) as someone:
        assert someone.log_in(admin.email).status_code == 303
        yield someone


class TestLogin:
    def test_a_browser_without_one_is_shown_where(self, stack):
        with Operator(stack.url) as stranger:
            answer = stranger.http.get("/ops")

        assert (answer.status_code, answer.headers["Location"]) == (303, "/ops/login")
        assert "Set-Cookie" not in answer.headers

    def test_its_cookie_is_for_the_page_alone(self, stack, admin):
        with Operator(stack.url) as someone:
            flags = someone.log_in(admin.email).headers["Set-Cookie"]

        assert {"HttpOnly", "SameSite=Strict", "Path=/ops"} <= set(flags.split("; "))

    def test_its_token_opens_nothing_of_the_api(self, stack, operator):
        token = operator.http.cookies["copydesk_ops"]
        headers = {"Authorization": f"Bearer {token}"}

        assert operator.http.get("/api/v1/auth/me", headers=headers).status_code == 401

    def test_a_token_of_the_api_is_no_cookie(self, stack, admin):
        admin.log_in()
        with Operator(stack.url) as someone:
            someone.http.cookies.set("copydesk_ops", admin.tokens["access_token"])

            assert someone.http.get("/ops").status_code == 303

    def test_who_is_no_admin_is_told_no_more_than_a_stranger(self, stack, person):
        with Operator(stack.url) as someone:
            theirs = someone.log_in(person.email)
            wrong = someone.log_in("nobody@example.com")

        assert (theirs.status_code, wrong.status_code) == (401, 401)
        assert theirs.text == wrong.text

    def test_it_ends_at_once(self, operator):
        cookie = operator.http.cookies["copydesk_ops"]
        operator.press("/logout")
        operator.http.cookies.set("copydesk_ops", cookie, path="/ops")

        assert operator.http.get("/ops").status_code == 303

    def test_so_it_does_when_the_user_is_logged_out_everywhere(self, operator, admin):
        admin.log_in()
        admin.ask("logout", refresh_token=admin.tokens["refresh_token"], everywhere=True)

        assert operator.http.get("/ops").status_code == 303


class TestForms:
    def test_without_the_logins_own_token_nothing_happens(self, operator):
        answer = operator.press("/lanes/bulk/pause", "0" * 64)

        assert answer.status_code == 403
        assert "paused" not in operator.page()

    def test_one_of_another_login_does_not_do(self, stack, operator, admin):
        with Operator(stack.url) as other:
            other.log_in(admin.email)

            assert operator.press("/lanes/bulk/pause", other.form_token).status_code == 403

    def test_a_program_shows_its_access_token_instead(self, stack, admin):
        admin.log_in()
        paused = admin.http.post("/ops/lanes/bulk/pause")
        resumed = admin.http.post("/ops/lanes/bulk/resume")

        assert (paused.status_code, resumed.status_code) == (303, 303)


@pytest.mark.parametrize("lane", ["interactive", pytest.param("bulk", marks=pytest.mark.deep)])
def test_a_paused_lane_takes_jobs_and_begins_them_once_it_goes_on(stack, operator, writer, lane):
    operator.press(f"/lanes/{lane}/pause")
    try:
        jobs = [writer.begin(order(some_text(), lane=lane)) for _ in range(3)]
        stack.replace(lane)  # the pause is the store's, not a process's
        jobs.append(writer.begin(order(some_text(), lane=lane)))
        writer.job(jobs[0], wait=1)
        seen = [writer.job(job)["status"] for job in jobs]
        assert "paused" in operator.page()
        until(lambda: metrics_of(stack.url)("copydesk_lane_paused", lane=lane), stack.logs)
    finally:
        operator.press(f"/lanes/{lane}/resume")

    assert seen == ["queued"] * 4
    assert [writer.ended(job)["status"] for job in jobs] == ["succeeded"] * 4


@pytest.fixture
def scene(stack, model):
    with scene_at(stack, model) as found:
        yield found


class TestShelf:
    def test_a_replay_is_a_new_job_of_the_same_owner_and_only_one(self, operator, scene):
        (letter,) = scene.poison(1)
        scene.release()
        token = operator.form_token
        answers = [operator.press(f"/shelf/{letter}/replay", token) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [303, 404]
        assert scene.retried(letter)["status"] == "succeeded"
        assert letter not in operator.page().partition("Audit log, the")[0]

    def test_what_is_dropped_leaves_no_text(self, operator, scene):
        (letter,) = scene.poison(1)
        assert scene.is_kept(letter)
        operator.press(f"/shelf/{letter}/drop")

        assert not scene.is_kept(letter)
        assert operator.press(f"/shelf/{letter}/replay").status_code == 404

    def test_it_is_read_page_by_page(self, operator, scene):
        with scene.crowded_shelf(120) as shelved:
            pages = [operator.page()]
            while older := re.search(r'"(/ops/shelf\?before=[^"]+)">Older', pages[-1]):
                pages.append(operator.page(older[1]))
        seen = [re.findall(r'row"><code>(job_\w+)<', page) for page in pages]
        known = set(shelved)

        assert [len(page) for page in seen[:2]] == [50, 50]
        assert [one for page in seen for one in page if one in known] == shelved

    def test_a_deed_on_an_older_page_leads_back_to_it(self, operator, scene):
        (letter,) = scene.poison(1)
        with scene.crowded_shelf(60) as shelved:
            page = operator.page(f"/ops/shelf?before=9{'0' * 13}-{shelved[0]}")
            action = re.search(rf'"/ops(/shelf/{letter}/drop\?[^"]+)"', page)[1]
            answer = operator.press(action)
            back = operator.page(answer.headers["Location"])

        assert answer.headers["Location"].startswith("/ops/shelf?told=dropped&before=9")
        assert "off the shelf" in back
        assert letter not in back

    def test_the_page_shows_no_word_of_anybody(self, operator, scene, writer):
        words = "Confidential wording of somebody"
        begun = writer.http.post("/api/v1/suggestions", json=order(some_text(words)))
        scene.poison(1)
        page = operator.page()

        assert begun.status_code == 202
        assert "POISONED" in page
        assert not [told for told in (words, "The big", "held back", "@example") if told in page]


class TestAudit:
    def test_it_tells_who_did_what(self, operator, admin):
        answer = operator.press("/lanes/bulk/pause")
        operator.press("/lanes/bulk/resume")
        page = operator.page("/ops/audit")

        assert answer.headers["Location"] == "/ops?told=paused"
        assert page.index("resume") < page.index("pause<")
        assert f">{answer.headers['X-Request-Id']}<" in page  # whole: it is searched for in logs
        assert f">{admin.user['id']}<" in page

    def test_it_tells_what_was_refused(self, stack, operator, person):
        operator.press(f"/shelf/job_{0:032}p0/replay")
        with Operator(stack.url) as stranger:
            stranger.log_in("nobody@example.com")
        page = operator.page()

        assert "NOT_FOUND" in page
        assert "nobody known" in page
        assert "refused" in page

    def test_it_is_read_page_by_page(self, operator):
        token = operator.form_token
        for _ in range(52):
            operator.press("/lanes/bulk/resume", token)
        newest = operator.page("/ops/audit")
        older = operator.page(re.search(r"/ops/audit\?before=[0-9a-f]{32}", newest)[0])
        seen = [re.findall(r"<td>([^<]+)</td>\s*<td><code", page) for page in (newest, older)]

        assert ["Newest" in page for page in (newest, older)] == [False, True]
        assert (len(seen[0]), set(seen[0])) == (50, {"resume"})
        assert seen[1][:2] == ["resume"] * 2

    @pytest.mark.parametrize("before", ["f" * 32, "0" * 32, "x"])
    def test_whatever_the_address_says_is_a_page(self, operator, before):
        assert "What operators have done" in operator.page(f"/ops/audit?before={before}")

"""Pages of other sites, as browsers let them ask, over the wire."""

import pytest

from tests.functional.conftest import LISTED_ORIGIN
from tests.stack_client import SUGGESTIONS, Writer, order, some_text

ELSEWHERE = {"X-Forwarded-For": "192.0.2.77"}  # counted apart from all other tests


@pytest.fixture
def page(strict_stack):
    """Return a page of the site that is listed."""
    with Writer(strict_stack.url, Origin=LISTED_ORIGIN, **ELSEWHERE) as page:
        page.http.headers["Sec-Fetch-Site"] = "cross-site"
        yield page


def test_a_listed_page_submits_and_follows_the_stream(page):
    submitted = page.submit(order(some_text()))
    session = {"X-Session-Id": submitted.headers["X-Session-Id"]}
    events = submitted.json()["urls"]["events"]
    with page.http.stream("GET", events, headers=session) as stream:
        begun = next(stream.iter_lines())

    assert begun == ": open"
    for answer in (submitted, stream):
        assert answer.headers["Access-Control-Allow-Origin"] == LISTED_ORIGIN
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert "X-Session-Id" in answer.headers["Access-Control-Expose-Headers"]
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert stream.headers["X-Content-Type-Options"] == "nosniff"


def test_a_preflight_takes_no_token_and_makes_no_session(page):
    asked = {"Access-Control-Request-Method": "POST"}
    answers = [page.http.options(SUGGESTIONS, headers=asked) for _ in range(25)]

    assert {answer.status_code for answer in answers} == {200}
    assert all({"RateLimit", "Set-Cookie"}.isdisjoint(answer.headers) for answer in answers)
    assert page.submit(order(some_text())).status_code == 202


def test_a_form_of_another_page_does_nothing(page):
    page.http.headers["Origin"] = "https://evil.example"
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    sent = [page.http.post(path, headers=form) for path in (SUGGESTIONS, "/api/auth/anonymous")]

    assert [answer.status_code for answer in sent] == [403, 403]
    assert not page.http.cookies

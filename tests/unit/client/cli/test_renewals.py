import itertools
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from copydesk.cli.logins import Logins
from copydesk.cli.renewals import SharedLogin, _proxy_to
from copydesk.models.accounts import Credentials

URL = "http://desk.example.com"
REFRESH = f"{URL}/api/v1/auth/refresh"


class Server:
    """Gives a new pair for each refresh token, once; a second time is the end of all."""

    def __init__(self):
        self.used = set()
        self.numbers = itertools.count(2)

    def __call__(self, request):
        if request.url.path != "/api/v1/auth/refresh":
            is_dead = request.headers.get("x-session-id") == "dead"
            return httpx.Response(401 if is_dead else 200, content=request.read())
        sent = request.read().decode()
        if sent in self.used:
            return httpx.Response(401)
        self.used.add(sent)
        n = next(self.numbers)
        return httpx.Response(200, json={"access_token": f"a{n}", "refresh_token": f"r{n}"})


@pytest.fixture
def logins(tmp_path):
    kept = Logins(tmp_path)
    kept.keep(URL, Credentials("a1", "r1"))
    return kept


@pytest.fixture
def shared(logins):
    return httpx.Client(transport=SharedLogin(URL, logins, httpx.MockTransport(Server())))


def renew(client):
    return client.post(REFRESH, json={"refresh_token": "r1"})


class TestSharedLogin:
    def test_a_renewed_login_is_kept(self, shared, logins):
        assert renew(shared).json()["access_token"] == "a2"
        assert logins.find(URL) == Credentials("a2", "r2")

    def test_a_token_used_before_is_not_used_again(self, shared):
        answers = [renew(shared).json() for _ in range(2)]

        assert [answer["refresh_token"] for answer in answers] == ["r2", "r2"]

    def test_many_commands_that_renew_at_once_stay_logged_in(self, shared, logins):
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: renew(shared), range(16)))

        assert {answer.status_code for answer in answers} == {200}
        assert logins.find(URL) == Credentials("a2", "r2")

    def test_all_else_passes(self, shared):
        assert shared.post(f"{URL}/api/v1/jobs", content=b"other").text == "other"

    def test_a_session_that_has_died_is_left_out(self, shared):
        answer = shared.post(
            f"{URL}/api/v1/jobs", content=b"other", headers={"X-Session-Id": "dead"}
        )

        assert (answer.status_code, answer.text) == (200, "other")


class TestProxy:
    @pytest.fixture(autouse=True)
    def named(self, monkeypatch):
        monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
        monkeypatch.setenv("no_proxy", "inside.example")

    @pytest.mark.parametrize(
        ("url", "proxy"),
        [
            ("https://desk.example", "http://proxy.example:3128"),
            ("http://desk.example", None),
            ("https://inside.example", None),
        ],
    )
    def test_the_one_that_the_system_names_is_used(self, url, proxy):
        assert _proxy_to(httpx.URL(url)) == proxy

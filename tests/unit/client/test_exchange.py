import pytest
from copydesk import ConnectionFailedError, Credentials, Desk
from copydesk.errors import ApiError, OverloadedError, RateLimitedError, UnauthenticatedError

from tests.unit.client.server import URL, body_of, dropped, job, refused, told

TOKENS = {"access_token": "token-2", "refresh_token": "refresh-2", "user": {"id": "u-1"}}
BUSY = refused("OVERLOADED", 503)


def keys(requests):
    return {request.headers["Idempotency-Key"] for request in requests}


class TestRepeating:
    def test_an_order_whose_answer_was_lost_is_sent_again_under_its_key(self, server):
        server.on("/suggestions", dropped, told(job(), 202))
        with server.desk() as desk:
            assert desk.suggest("Some text", template="clearer").id == "job_1"

        first, second = server.asked("/suggestions")
        assert len(keys([first, second])) == 1
        assert first.content == second.content

    def test_each_order_has_a_key_of_its_own(self, server):
        server.on("/suggestions", told(job(), 202))
        with server.desk() as desk:
            for key in (None, None, "mine"):
                desk.suggest("Some text", template="clearer", idempotency_key=key)

        assert len(keys(server.seen)) == 3
        assert "mine" in keys(server.seen)

    @pytest.mark.parametrize("reply", [BUSY, refused("RATE_LIMITED", 429), dropped])
    def test_what_makes_something_new_without_a_key_is_sent_once(self, server, reply):
        server.on("/documents", reply)
        with server.desk() as desk, pytest.raises((ApiError, ConnectionFailedError)):
            desk.documents.create("Some text")

        assert len(server.seen) == 1

    def test_it_waits_as_long_as_the_server_asks(self, server):
        limited = refused("RATE_LIMITED", 429, retry_after_ms=30)
        server.on("/limits", limited, told({"limits": [{"service": "chat", "new": 1}]}))
        with server.desk() as desk:
            assert desk.limits().limits[0].service == "chat"

    def test_it_gives_up_at_once_where_the_wait_is_too_long(self, server):
        server.on("/limits", refused("RATE_LIMITED", 429, retry_after_ms=3_600_000))
        with server.desk() as desk, pytest.raises(RateLimitedError) as told_:
            desk.limits()

        assert (told_.value.retry_after, len(server.seen)) == (3600, 1)

    def test_the_last_error_is_the_one_that_is_told(self, server):
        server.on("/limits", dropped, dropped, BUSY)
        with server.desk() as desk, pytest.raises(OverloadedError):
            desk.limits()

        assert len(server.seen) == 4

    def test_it_can_be_told_not_to(self, server):
        server.on("/limits", dropped)
        with server.desk(retries=0) as desk, pytest.raises(ConnectionFailedError):
            desk.limits()

        assert len(server.seen) == 1


class TestSessions:
    def test_the_first_request_waits_for_a_session(self, server):
        server.on("/suggestions", dropped, told(job(), 202))
        with server.desk(token=None) as desk:
            desk.suggest("Some text", template="clearer")
            session = desk.credentials.session

        assert next(each.url.path for each in server.seen) == "/api/v1/limits"
        asked = server.asked("/suggestions")
        assert [each.headers["X-Session-Id"] for each in asked] == [session, session]

    def test_a_known_one_is_used(self, server):
        server.on("/jobs", told({"jobs": [], "next_cursor": None}))
        with server.desk(token=None, session="known-one") as desk:
            assert list(desk.jobs()) == []

        assert [each.headers["X-Session-Id"] for each in server.seen] == ["known-one"]

    def test_one_that_has_ended_is_told_and_not_silently_replaced(self, server):
        server.on("/jobs", refused("UNAUTHENTICATED", 401))
        desk = server.desk(token=None, session="ended")
        with desk, pytest.raises(UnauthenticatedError):
            list(desk.jobs())

        assert len(server.seen) == 1

    def test_a_login_shows_it_and_takes_its_place(self, server):
        kept = []
        server.on("/auth/login", told(TOKENS))
        with server.desk(token=None, session="known-one", on_credentials=kept.append) as desk:
            assert desk.login("a@example.com", "secret").id == "u-1"

        assert server.seen[0].headers["X-Session-Id"] == "known-one"
        assert body_of(server.seen[0]) == {"email": "a@example.com", "password": "secret"}
        assert kept == [Credentials("token-2", "refresh-2")]


class TestLogins:
    def test_a_login_is_never_sent_twice(self, server):
        server.on("/auth/login", dropped)
        with server.desk(token=None) as desk, pytest.raises(ConnectionFailedError):
            desk.login("a@example.com", "secret")

        assert len(server.seen) == 1

    def test_a_logout_forgets_the_tokens(self, server):
        server.on("/auth/logout", told(None, 204))
        with server.desk(refresh_token="refresh-1") as desk:
            desk.logout(everywhere=True)

            assert desk.credentials == Credentials()
        assert body_of(server.seen[0]) == {"refresh_token": "refresh-1", "everywhere": True}


class TestPrivacy:
    def test_no_repr_shows_a_token_or_a_text(self, server):
        server.on("/suggestions", told(job("succeeded", result={"x": "hidden"}), 200))
        with server.desk(token="hidden", refresh_token="hidden") as desk:
            done = desk.suggest("hidden", template="clearer")
            shown = repr((desk, desk.credentials, done, done.view))

        assert "hidden" not in shown
        assert "job_1" in shown

    def test_a_password_in_the_address_is_not_shown(self):
        with Desk("http://me:hidden@desk.example") as desk:
            assert repr(desk) == f"<Desk {URL}>"

    @pytest.mark.parametrize("token", ["hid\nden", "hiddén", " ", ""])
    def test_a_token_that_cannot_be_one_is_refused_unseen(self, token):
        with pytest.raises(ValueError, match="characters") as refused_:
            Desk(URL, token=token)

        assert "hid" not in str(refused_.value)

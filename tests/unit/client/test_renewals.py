import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from copydesk import CopydeskError, Credentials
from copydesk.errors import UnauthenticatedError

from tests.unit.client.server import dropped, refused, told

AT_ONCE = 8
SPENT = refused("UNAUTHENTICATED", 401)


class Logins:
    """Rotates tokens as the server does: each refresh token may be used once."""

    def __init__(self, server, *, meet=None):
        self.valid, self.refreshes, self.meet = 2, 0, meet
        server.on("/auth/me", self.me)
        server.on("/auth/refresh", self.refresh)

    def me(self, request):
        if request.headers["Authorization"] == f"Bearer token-{self.valid}":
            return httpx.Response(200, json={"id": "u-1"})
        if self.meet:
            self.meet.wait(60)  # all are refused before the first one renews
        return SPENT(request)

    def refresh(self, request):
        self.refreshes += 1
        assert f"refresh-{self.valid - 1}".encode() in request.content
        tokens = {"access_token": f"token-{self.valid}", "refresh_token": f"refresh-{self.valid}"}
        return httpx.Response(200, json=tokens | {"user": {}})


class TestARefresh:
    def test_it_comes_by_itself_and_is_told(self, server):
        kept, logins = [], Logins(server)
        with server.desk(refresh_token="refresh-1", on_credentials=kept.append) as desk:
            assert desk.me().id == "u-1"
            assert desk.me().id == "u-1"

        assert (kept, logins.refreshes) == ([Credentials("token-2", "refresh-2")], 1)

    def test_there_is_one_for_all_threads(self, server):
        logins = Logins(server, meet=threading.Barrier(AT_ONCE))
        with (
            server.desk(refresh_token="refresh-1") as desk,
            ThreadPoolExecutor(AT_ONCE) as threads,
        ):
            users = list(threads.map(lambda _: desk.me().id, range(AT_ONCE)))

        assert (users, logins.refreshes) == (["u-1"] * AT_ONCE, 1)

    def test_there_is_one_for_all_tasks(self, server):
        logins = Logins(server)

        async def story():
            async with server.async_desk(refresh_token="refresh-1") as desk:
                return await asyncio.gather(*(desk.me() for _ in range(AT_ONCE)))

        assert [user.id for user in asyncio.run(story())] == ["u-1"] * AT_ONCE
        assert logins.refreshes == 1

    def test_there_is_one_session_for_all_threads(self, server):
        server.on("/jobs", told({"jobs": [], "next_cursor": None}))
        with server.desk(token=None) as desk, ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda _: list(desk.jobs()), range(AT_ONCE)))

        assert len(server.asked("/limits")) == 1
        assert len({each.headers["X-Session-Id"] for each in server.asked("/jobs")}) == 1


class TestNoRefresh:
    def test_without_a_token_for_it_the_refusal_is_told(self, server):
        Logins(server)
        with server.desk() as desk, pytest.raises(UnauthenticatedError):
            desk.me()

        assert server.asked("/auth/refresh") == []

    def test_there_is_no_second_one_for_the_same_request(self, server):
        server.on("/auth/me", SPENT)
        server.on("/auth/refresh", told({"access_token": "a", "refresh_token": "b", "user": {}}))
        with server.desk(refresh_token="refresh-1") as desk, pytest.raises(UnauthenticatedError):
            desk.me()

        assert len(server.asked("/auth/refresh")) == 1

    @pytest.mark.parametrize("reply", [SPENT, dropped, refused("OVERLOADED", 503)])
    def test_one_that_fails_is_not_repeated(self, server, reply):
        Logins(server)
        server.on("/auth/refresh", reply)
        desk = server.desk(refresh_token="refresh-1")
        with desk, pytest.raises(CopydeskError, match=r"UNAUTH|failed|OVERLOADED"):
            desk.me()

        assert len(server.asked("/auth/refresh")) == 1

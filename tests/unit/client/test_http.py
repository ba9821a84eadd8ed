import asyncio
import logging
import threading
from base64 import b64encode
from contextlib import aclosing, contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from copydesk import AsyncDesk, AsyncJob, Desk, Job
from copydesk.calls.wire import get
from copydesk.errors import ApiError, ProtocolError
from copydesk.lines.http import request_options
from copydesk.models.jobs import JobView

from tests.unit.client.server import URL, event

WRONG = ["localhost:5000", "desk.example", "http://", "ftp://desk.example", "http://[::1", ""]
STREAM = event(1, "job.queued", {"position": 1})
GATEWAY = "http://ann:pass%20word@desk.example"


@contextmanager
def server_on_a_port(headers=(), body=b"{}"):
    """Answer each request with this, and never end an answer that is a stream."""
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            for name, value in headers:
                self.send_header(name.decode(), value.decode())
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
            if body is STREAM:
                done.wait(600)

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            done.set()
            server.shutdown()


@pytest.mark.parametrize("kind", [Desk, AsyncDesk])
@pytest.mark.parametrize("url", WRONG)
def test_what_is_no_address_is_told_at_once(kind, url):
    with pytest.raises(ValueError, match="begins with http"):
        kind(url)


class TestAddressWithAPassword:
    def sent(self, server, **options):
        with Desk(GATEWAY, transport=httpx.MockTransport(server), **options) as desk:
            desk.limits()
        return server.seen[-1]

    def test_a_gateway_is_told_who_it_is(self, server):
        request = self.sent(server)

        assert request.headers["Authorization"] == f"Basic {b64encode(b'ann:pass word').decode()}"

    def test_a_token_is_not_replaced_by_it(self, server):
        assert self.sent(server, token="t-1").headers["Authorization"] == "Bearer t-1"

    def test_no_log_shows_it(self, server, caplog):
        with caplog.at_level(logging.DEBUG):
            self.sent(server)

        assert "desk.example" in caplog.text
        assert "pass" not in caplog.text


class TestRedirects:
    def test_no_other_server_is_shown_the_token(self, server):
        elsewhere = {"Location": "http://elsewhere.example/api/v1/limits"}
        server.on("/limits", lambda _: httpx.Response(307, headers=elsewhere))
        with server.desk() as desk, pytest.raises(ApiError) as refused_:
            desk.limits()

        assert refused_.value.code == "HTTP_307"
        assert [each.url.host for each in server.seen] == [httpx.URL(URL).host]

    def test_it_is_no_success(self, server):
        server.on("/documents/doc_1", lambda _: httpx.Response(302, headers={"Location": "/"}))
        with server.desk() as desk, pytest.raises(ApiError):
            desk.documents.delete("doc_1")


@pytest.mark.parametrize("body", [b"<html>", b"[" * 100_000, b"[]", b"{}", b'{"id": 0}', b"\xff"])
def test_what_no_copydesk_says_is_told_as_that(server, body):
    server.on("/suggestions", lambda _: httpx.Response(202, content=body))
    with server.desk() as desk, pytest.raises(ProtocolError):
        desk.suggest("Some text", template="clearer")


def test_an_error_nested_without_end_is_an_error_of_its_status(server):
    server.on("/limits", lambda _: httpx.Response(400, content=b"[" * 100_000))
    with server.desk() as desk, pytest.raises(ApiError, match="HTTP_400"):
        desk.limits()


@pytest.mark.parametrize(
    ("within_s", "wait_s", "read_s"), [(None, 20, 50), (0, 0, 1), (3, 3, 4), (300, 20, 50)]
)
def test_an_answer_may_take_little_longer_than_the_caller_waits(within_s, wait_s, read_s):
    request = replace(get("/jobs/job_1", wait_s=wait_s), within_s=within_s)

    assert request_options(request, 30)["timeout"].read == read_s


def test_the_libraries_below_log_no_session(caplog):
    headers = [(b"X-Session-Id", b"s-secret"), (b"Set-Cookie", b"copydesk_session=s-secret")]
    with server_on_a_port(headers) as url, caplog.at_level(logging.DEBUG), Desk(url) as desk:
        desk.limits()
        assert desk.credentials.session == "s-secret"

    assert "X-Session-Id" in caplog.text
    assert "s-secret" not in caplog.text


class TestLeavingEarly:
    """Real connections: the pool tells which are still open."""

    def test_a_reader_who_leaves_closes_the_connection(self):
        with server_on_a_port(body=STREAM) as url, Desk(url, token="t-1") as desk:
            events = Job(desk._line, JobView("job_1")).events()
            next(events)
            events.close()

            assert not desk._line._http._transport._pool.connections

    def test_so_does_one_who_awaits(self):
        async def leave(url):
            async with AsyncDesk(url, token="t-1") as desk:
                async with aclosing(AsyncJob(desk._line, JobView("job_1")).events()) as events:
                    await anext(events)
                return list(desk._line._http._transport._pool.connections)

        with server_on_a_port(body=STREAM) as url:
            assert not asyncio.run(leave(url))

    def test_so_does_one_who_runs_out_of_time(self):
        async def run_out(url):
            async with AsyncDesk(url, token="t-1") as desk:
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.2):
                        async for _ in AsyncJob(desk._line, JobView("job_1")).events():
                            pass
                return list(desk._line._http._transport._pool.connections)

        with server_on_a_port(body=STREAM) as url:
            assert not asyncio.run(run_out(url))

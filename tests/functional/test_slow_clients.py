"""Clients that keep connections and do not keep up, over bare sockets."""

import json
import socket
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from redis import Redis

from shared.data.redis.keys import KeySpace
from tests.document_client import create, path
from tests.metrics_client import metrics_of
from tests.stack import until
from tests.stack_client import SUGGESTIONS, Writer, order, some_text

ADDRESSES = (f"198.51.100.{number}" for number in range(1, 255))
HEAD = f"POST {SUGGESTIONS} HTTP/1.1\r\nHost: a\r\n"
BODY = f"{HEAD}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"


@pytest.fixture
def web(strict_stack):
    """Return a web tier that waits two seconds for slow clients, and lets each hold three lines."""
    return strict_stack


@pytest.fixture
def visitor(web):
    with Writer(web.url, **{"X-Forwarded-For": next(ADDRESSES)}) as someone:
        yield someone


@contextmanager
def connected(web, room=None):
    at = urlsplit(web.url)
    with socket.socket() as line:
        line.settimeout(60)
        if room:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        line.connect((at.hostname, at.port))
        yield line


def asked(visitor, url, **headers):
    """Return a request in the name of the visitor."""
    named = {"Host": "a", "X-Session-Id": visitor.session} | headers
    named["X-Forwarded-For"] = visitor.http.headers["X-Forwarded-For"]
    lines = [f"GET {url} HTTP/1.1", *(f"{name}: {text}" for name, text in named.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def is_cut(line):
    """Return whether the server has closed, having sent it one more byte."""
    with suppress(TimeoutError):
        try:
            line.sendall(b"a")
            line.settimeout(0.1)
            return not line.recv(65_536)
        except (ConnectionResetError, BrokenPipeError):
            return True
    return False


def grow(web, job_id, events, size=100):
    """Append events to the job's log, as a worker does."""
    keys = KeySpace(1).of_job(job_id)
    with Redis.from_url(str(web.settings.redis_uri)) as redis:
        last = int(redis.xrevrange(keys.log(job_id), count=1)[0][0].split(b"-")[0])
        for seq in range(last + 1, last + 1 + events):
            data = json.dumps({"epoch": 1, "text": "x" * size})
            redis.xadd(keys.log(job_id), {"e": "output.delta", "d": data}, id=f"{seq}-0")
        redis.publish(keys.news, job_id)


def streams(web):
    return metrics_of(web.url)("copydesk_streams_open")


@pytest.mark.parametrize("begun", ["", HEAD, f"{HEAD}X-Words: ", BODY])
def test_whoever_drips_is_cut_and_the_others_are_served(web, visitor, begun):
    with connected(web) as line:
        line.sendall(begun.encode())
        until(lambda: is_cut(line), lambda: "it is waited for without end")

        assert visitor.http.get("/api/v1/limits").status_code == 200


@pytest.mark.deep
def test_a_connection_that_rests_is_closed_in_the_end(web):
    with connected(web) as line:
        line.sendall(b"GET /api/health/liveness HTTP/1.1\r\nHost: a\r\n\r\n")
        line.settimeout(120)
        told = b"".join(iter(lambda: line.recv(65_536), b""))

    assert told.startswith(b"HTTP/1.1 200 ")
    assert b"Connection: close" not in told


def test_a_reader_of_answers_that_does_not_read_is_dropped(web, visitor):
    made = create(visitor, "x" * 1_900_000)
    with connected(web, room=4096) as line:
        line.sendall(asked(visitor, path(made)))
        until(lambda: is_cut_unread(line), lambda: "it is waited for without end")


def test_so_is_the_reader_of_a_stream_with_all_that_was_kept_for_it(web, visitor):
    job_id = visitor.begin(order(some_text()))
    until(lambda: streams(web) == 0, lambda: "those of other tests are kept without end")
    with connected(web, room=4096) as line:
        line.sendall(asked(visitor, f"/api/v1/jobs/{job_id}/events"))
        until(lambda: streams(web) == 1, lambda: "it never began")
        grow(web, job_id, events=30, size=100_000)

        until(lambda: streams(web) == 0, lambda: "it is kept without end")


class TestHowManyLines:
    @pytest.fixture
    def job_id(self, visitor):
        return visitor.begin(order(some_text()))

    @pytest.fixture
    def full(self, web, visitor, job_id):
        """Return as many open streams as one may have."""
        with connected(web) as a, connected(web) as b, connected(web) as c:
            for line in (a, b, c):
                line.sendall(asked(visitor, f"/api/v1/jobs/{job_id}/events"))
                assert line.recv(12) == b"HTTP/1.1 200"
            yield a, b, c

    @pytest.mark.usefixtures("full")
    def test_one_more_is_refused_and_told_when_to_come_back(self, visitor, job_id):
        url = f"/api/v1/jobs/{job_id}"
        refused = [visitor.http.get(f"{url}/events"), visitor.http.get(f"{url}?wait=1")]
        page = {"Accept": "application/json"}
        refused.append(visitor.http.get(f"{url}/events?after=9&wait=1", headers=page))

        for answer in refused:
            assert (answer.status_code, answer.json()["error"]["code"]) == (429, "RATE_LIMITED")
            assert int(answer.headers["Retry-After"]) > 0
        assert visitor.http.get(url).status_code == 200
        assert visitor.page(job_id)["events"]

    @pytest.mark.usefixtures("full")
    def test_an_order_is_accepted_and_answered_without_the_wait(self, visitor):
        answer = visitor.submit(order(some_text()), Prefer="wait=30")

        assert answer.status_code == 202
        assert "Preference-Applied" not in answer.headers

    @pytest.mark.usefixtures("full")
    def test_another_session_of_the_same_address_is_no_way_round(self, web, visitor):
        address = {"X-Forwarded-For": visitor.http.headers["X-Forwarded-For"]}
        far = {"X-Forwarded-For": next(ADDRESSES)}
        with Writer(web.url, **address) as same, Writer(web.url, **far) as elsewhere:
            asked = [(each, each.begin(order(some_text()))) for each in (same, elsewhere)]
            told = [each.http.get(f"/api/v1/jobs/{id_}?wait=1").status_code for each, id_ in asked]

        assert told == [429, 200]

    def test_those_that_were_left_count_no_more(self, web, visitor, job_id, full):
        url = f"/api/v1/jobs/{job_id}?wait=1"
        full_before = visitor.http.get(url).status_code
        full[0].close()

        def is_free():
            grow(web, job_id, events=1)  # it is found to be gone when there is something to send
            return visitor.http.get(url).status_code == 200

        assert full_before == 429
        until(is_free, lambda: "a stream that nobody reads still counts")


def is_cut_unread(line):
    """Return whether the server has closed on one who reads nothing: what it says is an error."""
    return line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0

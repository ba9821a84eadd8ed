"""A caller of the API who keeps connections open."""

import http.client
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bench import texts
from bench.processes import BenchError

SUGGESTIONS = "/api/v1/suggestions"
_TIMEOUT_S = 90


@dataclass(frozen=True)
class Answer:
    """What came back, and how long that took."""

    status: int
    etag: str
    body: bytes
    took_ms: float


@dataclass(frozen=True)
class ReadEvent:
    """An event, and when its last byte was read."""

    name: str
    data: str
    at_s: float
    number: int = 0  # its `id:` in the job's log


class Client:
    """One anonymous session; one connection for requests and one for event streams."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._line = _connect(port)
        self._events_line = _connect(port)

    @cached_property
    def session(self) -> str:
        """The session's id."""
        answer = self._ask(self._line, "POST", "/api/v1/auth/anonymous", b"", session=None)
        return str(json.loads(answer)["session_id"])

    def get(self, path: str) -> str:
        """Return the body of the answer."""
        return self._ask(self._line, "GET", path, None, session=self.session)

    def beside(self) -> "Client":
        """Return a caller of the same session with connections of its own."""
        other = Client(self._port)
        other.session = self.session
        return other

    def hang_up(self) -> None:
        """Close the connections; the next request opens another."""
        self._line.close()
        self._events_line.close()

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Send a request and return the answer, whatever it is."""
        sent = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        known = {"X-Session-Id": self.session, "Content-Type": "application/json"}
        began_s = time.monotonic()
        self._line.request(method, path, sent, {**known, **named})
        answer = self._line.getresponse()
        read = answer.read()
        took_ms = (time.monotonic() - began_s) * 1000
        return Answer(answer.status, answer.headers.get("ETag", ""), read, took_ms)

    def submit(self, number: int, *, lane: str = "interactive") -> str:
        """Ask for suggestions to the text of this number; return the job's id."""
        body = json.loads(texts.body(number)) | {"lane": lane}
        return self.begin(SUGGESTIONS, body)

    def begin(self, path: str, body: object) -> str:
        """Submit any kind of job; return its id."""
        sent = json.dumps(body).encode()
        return str(
            json.loads(self._ask(self._line, "POST", path, sent, session=self.session))["id"]
        )

    def events(self, job_id: str) -> Iterator[ReadEvent]:
        """Yield the job's events up to the last one, as they come."""
        headers = {"X-Session-Id": self.session, "Accept": "text/event-stream"}
        self._events_line.request("GET", f"/api/v1/jobs/{job_id}/events", headers=headers)
        stream = self._events_line.getresponse()
        said: dict[str, str] = {}
        while line := stream.readline().decode():
            field, _, value = line.rstrip("\n").partition(": ")
            if field:
                said[field] = value
            elif "event" in said:
                number = int(said.get("id", 0))
                yield ReadEvent(said["event"], said.get("data", ""), time.monotonic(), number)
                said = {}

    def job(self, job_id: str, *, wait_s: int = 30) -> dict[str, Any]:
        """Return the job once it is final, or as it is after `wait_s`."""
        found: dict[str, Any] = json.loads(self.get(f"/api/v1/jobs/{job_id}?wait={wait_s}"))
        return found

    def finished_job(self, number: int | None = None, *, lane: str = "interactive") -> str:
        """Have one job done and return its id.

        :raises BenchError: it did not give what it should
        """
        job_id = self.submit(texts.fresh_number() if number is None else number, lane=lane)
        self.require_success(job_id)
        return job_id

    def require_success(self, job_id: str) -> None:
        """Wait for a job.

        :raises BenchError: it did not give what it should
        """
        job = self.job(job_id)
        if job["status"] != "succeeded" or not texts.is_right_result(job["result"]):
            raise BenchError(f"{job_id} is {job['status']}: {job['error']}")

    def _ask(
        self,
        line: http.client.HTTPConnection,
        method: str,
        path: str,
        body: bytes | None,
        *,
        session: str | None,
    ) -> str:
        headers = {"Content-Type": "application/json"}
        if session:
            headers["X-Session-Id"] = session
        line.request(method, path, body, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        if answer.status >= 400:
            raise BenchError(f"{method} {path}: {answer.status} {text}")
        return text


def get(port: int, path: str) -> str:
    """Return the body of the answer to one request."""
    line = _connect(port)
    line.request("GET", path)
    text = line.getresponse().read().decode()
    line.close()
    return text


def answers(port: int, path: str, *, status: int = 200) -> bool:
    """Tell whether somebody answers with this status."""
    line = _connect(port)
    try:
        line.request("GET", path)
        return line.getresponse().status == status
    except OSError:
        return False
    finally:
        line.close()


def _connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)

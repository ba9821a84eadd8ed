"""A caller of the API, for tests: one session, and what they would do with it."""

import http.client
import itertools
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import httpx
import orjson

from tests.model_server import ModelServer
from tests.model_server_scripts import known_words
from tests.stack import TLS, until

PATIENCE_S = 60.0
_HTTP_S = 2 * PATIENCE_S  # more than the server lets anybody wait
SUGGESTIONS = "/api/v1/suggestions"
TEMPLATE = {"type": "template", "id": "more-professional"}
UNITS = {"utf-16": ("utf-16-le", 2), "codepoint": ("utf-32-le", 4), "utf-8": ("utf-8", 1)}
_unique = itertools.count(1)


def some_text(words: str = "The big plan") -> str:
    """Return a text that no other test has, with one of the model server's known words in it."""
    return f"{words}, number {next(_unique)} of this run."


def order(text: str, *, selection: tuple[int, int] | None = None, **more: Any) -> dict[str, Any]:
    """Return the body of a request for suggestions."""
    document: dict[str, Any] = {"content": text}
    if selection:
        document["selection"] = dict(zip(("start", "end"), selection, strict=True))
    return {"document": document, "prompt": TEMPLATE} | more


@dataclass(frozen=True)
class SeenEvent:
    """An event as it came over the wire."""

    id: int | None
    name: str
    data: dict[str, Any]


class Writer:
    """Someone with a session of their own, which begins with the first request."""

    def __init__(self, url: str, **headers: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=_HTTP_S, headers=headers, verify=TLS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    @property
    def session(self) -> str:
        return self.http.cookies["copydesk_session"]

    def submit(self, body: dict[str, Any], **headers: str) -> httpx.Response:
        """Ask for suggestions; write `Idempotency_Key` for `Idempotency-Key`."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.http.post(SUGGESTIONS, json=body, headers=named)

    def begin(self, body: dict[str, Any], **headers: str) -> str:
        """Submit what is to be accepted, and return the job's id."""
        answer = self.submit(body, **headers)
        assert answer.status_code in (200, 202), answer.text
        return answer.json()["id"]

    def begin_held(self, model: ModelServer, text: str) -> tuple[str, threading.Event]:
        """Begin a job whose model withholds its last chunk; return its id and what to set."""
        hold = threading.Event()
        model.plan(lambda call: known_words(call, hold=hold))
        job_id = self.begin(order(text))
        until(lambda: model.calls_about(text), lambda: "the model was never called")
        return job_id, hold

    def finish(self, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        """Submit, wait for the end, and return the job."""
        return self.ended(self.begin(body, **headers))

    def ended(self, job_id: str) -> dict[str, Any]:
        """Return the job once it is final."""
        job: dict[str, Any] = {}

        def is_final() -> bool:
            job.update(self.job(job_id, wait=int(PATIENCE_S)))
            return bool(job["finished_at"])

        until(is_final, lambda: job, 2 * PATIENCE_S)
        return job

    def job(self, job_id: str, **query: int) -> dict[str, Any]:
        answer = self.http.get(f"/api/v1/jobs/{job_id}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def cancel(self, job_id: str) -> httpx.Response:
        return self.http.post(f"/api/v1/jobs/{job_id}/cancel")

    def page(self, job_id: str, **query: int) -> dict[str, Any]:
        """Return a page of the job's events."""
        answer = self.http.get(
            f"/api/v1/jobs/{job_id}/events", params=query, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def events(self, job_id: str, **query: int) -> list[SeenEvent]:
        """Follow the job to its end."""
        with self.follow(job_id, **query) as events:
            return list(events)

    @contextmanager
    def follow(self, job_id: str, **query: int) -> Iterator[Iterator[SeenEvent]]:
        """Give the job's events as they come."""
        with self.http.stream("GET", f"/api/v1/jobs/{job_id}/events", params=query) as answer:
            assert answer.status_code == 200
            yield read_events(answer.iter_lines())


def ask_all(
    url: str, session: str, requests: Iterable[tuple[str, str, Any]], *, at_once: int
) -> Iterator[Any]:
    """Send many requests (method, path, body) side by side; yield the answers, in their order."""
    host, own, opened = url.removeprefix("http://"), threading.local(), []
    headers = {"X-Session-Id": session, "Accept": "application/json"}

    def ask(request: tuple[str, str, Any]) -> Any:
        method, path, body = request
        if not hasattr(own, "line"):
            own.line = http.client.HTTPConnection(host, timeout=_HTTP_S)
            opened.append(own.line)
        content = None if body is None else orjson.dumps(body)
        own.line.request(method, path, content, headers | {"Content-Type": "application/json"})
        return orjson.loads(own.line.getresponse().read())

    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(ask, requests)
    for line in opened:
        line.close()


def read_events(lines: Iterable[str]) -> Iterator[SeenEvent]:
    """Read `text/event-stream`; comments are left out."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name:
            fields[name] = value
        elif fields:
            if "event" in fields:
                seen = int(fields["id"]) if "id" in fields else None
                yield SeenEvent(seen, fields["event"], orjson.loads(fields["data"]))
            fields = {}


def slices(text: str, suggestion: dict[str, Any], encoding: str = "utf-16") -> str:
    """Return what a client finds at the suggestion's offsets."""
    codec, width = UNITS[encoding]
    start, end = suggestion["start"] * width, suggestion["end"] * width
    return text.encode(codec)[start:end].decode(codec)

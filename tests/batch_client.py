"""What a caller does with batches, for tests."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx
from redis import Redis

from tests.model_server import ModelServer
from tests.model_server_scripts import Call, Script, known_words, refuse
from tests.stack import Stack, until
from tests.stack_client import PATIENCE_S, TEMPLATE, SeenEvent, Writer, read_events, some_text

BATCHES = "/api/v1/batches"
BAD = "refuse"  # stands in what `refuse_some` refuses


def some_texts(count: int = 3) -> list[str]:
    """Return texts that no other test has."""
    return [some_text() for _ in range(count)]


def sent(*texts: str, **more: Any) -> dict[str, Any]:
    """Return the body of a batch of these sections, which are named s1, s2, …."""
    sections = [{"custom_id": f"s{n}", "content": text} for n, text in enumerate(texts, start=1)]
    return {"sections": sections, "prompt": TEMPLATE} | more


def mixed(**more: Any) -> dict[str, Any]:
    """Return the body of a batch whose second section `refuse_some` refuses."""
    return sent(some_text(), some_text(f"{BAD} big"), some_text(), **more)


def refuse_some(call: Call) -> Script:
    """Let the model refuse sections that are called bad, and do the others."""
    return refuse() if BAD in call.text else known_words(call)


def submit(writer: Writer, body: dict[str, Any], **headers: str) -> httpx.Response:
    """Ask for a batch; write `Idempotency_Key` for `Idempotency-Key`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return writer.http.post(BATCHES, json=body, headers=named)


def begin_batch(writer: Writer, body: dict[str, Any], **headers: str) -> str:
    """Submit what is to be accepted, and return the batch's id."""
    answer = submit(writer, body, **headers)
    assert answer.status_code in (200, 202), answer.text
    return answer.json()["id"]


def begin_held_batch(
    writer: Writer, model: ModelServer, body: dict[str, Any]
) -> tuple[str, dict[str, Any], threading.Event]:
    """Begin a batch of sent sections whose answers lack their last chunk until the event is set.

    All of them are being asked about by then.
    """
    hold = threading.Event()
    model.plan(lambda call: known_words(call, hold=hold))
    batch_id, texts = begin_batch(writer, body), [one["content"] for one in body["sections"]]
    until(lambda: all(map(model.calls_about, texts)), lambda: "not all were asked about")
    return batch_id, body, hold


def finish_batch(writer: Writer, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    """Submit, wait for the end, and return the batch."""
    return ended_batch(writer, begin_batch(writer, body, **headers))


def ended_batch(writer: Writer, batch_id: str) -> dict[str, Any]:
    """Return the batch once it is final."""
    batch: dict[str, Any] = {}

    def is_final() -> bool:
        batch.update(show(writer, batch_id, wait=int(PATIENCE_S)))
        return bool(batch["finished_at"])

    until(is_final, lambda: batch, 2 * PATIENCE_S)
    return batch


def show(writer: Writer, batch_id: str, tail: str = "", **query: Any) -> dict[str, Any]:
    """Return what there is at a path of the batch."""
    answer = writer.http.get(f"{BATCHES}/{batch_id}{tail}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def post(writer: Writer, batch_id: str, tail: str, **headers: str) -> httpx.Response:
    """Cancel the batch, or try it again."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return writer.http.post(f"{BATCHES}/{batch_id}/{tail}", headers=named)


def sections_of(writer: Writer, batch_id: str, **query: Any) -> list[dict[str, Any]]:
    """Return all sections, whatever number of pages they fill."""
    return [section for page in pages_of(writer, batch_id, **query) for section in page]


def pages_of(writer: Writer, batch_id: str, **query: Any) -> Iterator[list[dict[str, Any]]]:
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        page = show(writer, batch_id, "/sections", **query, **cursor)
        yield page["sections"]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None


def raw_events(writer: Writer, batch_id: str, **query: Any) -> str:
    """Follow all sections to the end; return the stream without its comments."""
    last = query.pop("last_event_id", None)
    headers = {"Last-Event-ID": str(last)} if last is not None else {}
    path = f"{BATCHES}/{batch_id}/events"
    answer = writer.http.get(path, params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    blocks = answer.text.split("\n\n")
    return "\n\n".join(block for block in blocks if not block.startswith(":"))


def events_of(writer: Writer, batch_id: str, **query: Any) -> list[SeenEvent]:
    return list(read_events(raw_events(writer, batch_id, **query).split("\n")))


def told(events: list[SeenEvent]) -> list[dict[str, Any]]:
    """Return the suggestions that the events tell of, in the order of the document."""
    found = [e.data["suggestion"] for e in events if e.name == "suggestion.created"]
    return sorted(found, key=lambda one: [int(part) for part in one["id"].split("_")[1:]])


def statuses(writer: Writer, batch_id: str) -> list[str]:
    """Return the states of all sections, in order."""
    return [section["status"] for section in sections_of(writer, batch_id)]


def asked(model: ModelServer, body: dict[str, Any]) -> list[int]:
    """Return how often each of the sent sections was asked about."""
    return [len(model.calls_about(one["content"])) for one in body["sections"]]


def children_of(stack: Stack, batch_id: str) -> list[str]:
    """Return the jobs of the sections that live, which nobody is to know of."""
    with Redis.from_url(str(stack.settings.redis_uri), decode_responses=True) as redis:
        (key,) = set(redis.scan_iter(f"cd:*children:{batch_id}", count=10_000))
        children: Any = redis.hvals(key)
        return list(children)

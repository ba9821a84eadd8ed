"""What a caller does in a chat, for tests."""

import itertools
import threading
from collections.abc import Iterable
from typing import Any

from tests.model_server import ModelServer
from tests.model_server_scripts import talk
from tests.stack import until
from tests.stack_client import SeenEvent, Writer

CHAT = "/api/v1/chat"
CONVERSATIONS = "/api/v1/conversations"
_unique = itertools.count(1)


def some_question(words: str = "Is it good?") -> str:
    """Return a message that no other test sends."""
    return f"{words} (question {next(_unique)} of this run)"


def ask(writer: Writer, message: str, **more: Any) -> str:
    """Say something that is to be accepted, and return the job's id."""
    answer = writer.http.post(CHAT, json={"message": message} | more)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def chat(writer: Writer, message: str, **more: Any) -> dict[str, Any]:
    """Say something, wait for the end, and return the job."""
    return writer.ended(ask(writer, message, **more))


def conversation(writer: Writer, conversation_id: str, **query: Any) -> dict[str, Any]:
    answer = writer.http.get(f"{CONVERSATIONS}/{conversation_id}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def said(writer: Writer, conversation_id: str) -> list[tuple[str, str, bool]]:
    """Return who said what in a conversation, and whether it broke off."""
    messages = conversation(writer, conversation_id)["messages"]
    return [(m["role"], m["content"], m["stopped"]) for m in messages]


def text_of(events: Iterable[SeenEvent]) -> str:
    """Return the deltas behind the last reset, put together."""
    text = ""
    for event in events:
        if event.name == "output.reset":
            text = ""
        elif event.name == "output.delta":
            text += event.data["text"]
    return text


def ask_held(
    writer: Writer, model: ModelServer, prose: str, hold: threading.Event | None = None, **more: Any
) -> str:
    """Ask a model that withholds its last piece; return the job's id once all else was told."""
    hold = hold or threading.Event()
    model.plan(lambda call: talk(call, prose, hold=hold))
    job_id = ask(writer, some_question(), **more)
    shown = prose[: (len(prose) - 1) // 5 * 5]
    until(lambda: _told(writer, job_id) == shown, lambda: writer.page(job_id))
    return job_id


def _told(writer: Writer, job_id: str) -> str:
    seen = writer.page(job_id)["events"]
    return text_of(SeenEvent(e["id"], e["event"], e["data"]) for e in seen)

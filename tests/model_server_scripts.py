"""What the model's server of the tests is asked, and what it can be told to answer."""

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain.chat_prompts import SYSTEM

KNOWN_WORDS = {
    "big": "significant",
    "utilize": "use",
    "commence": "begin",
    "gonna": "going to",
    "approximately": "about",
}
SERVER_WORDS = "words of the model's server"  # stand in all it says beside the protocol
_FENCE = re.compile(
    r"(?:\A|\n)BEGIN (?P<nonce>[0-9a-f]+)\n(?P<text>.*)\nEND (?P=nonce)\Z", re.DOTALL
)
_MARKER = re.compile(r"EDITS [0-9a-f]+")
_CHAT = SYSTEM[:40]  # opens the first message, whoever says it
_CONTEXT = 24
_PIECE = 40


@dataclass
class Call:
    """One request that came in."""

    body: dict[str, Any]
    headers: dict[str, str]
    arrived_at: float
    peer_port: int = 0  # of the connection's other end
    hung_up_at: float | None = None
    answered_at: float | None = None

    @property
    def hung_up(self) -> bool:
        """Whether the client went before the answer was complete."""
        return self.hung_up_at is not None

    @property
    def messages(self) -> list[dict[str, str]]:
        return self.body["messages"]

    @property
    def input_tokens(self) -> int:
        return sum(len(message["content"]) for message in self.messages) // 4 + 1

    @property
    def asked(self) -> str:
        """The message that asks, all of it."""
        return self.messages[-3 if self.is_repeated else -1]["content"]

    @property
    def is_repeated(self) -> bool:
        """Whether the model is asked for the right form of what it said before."""
        before = self.messages[-2:-1]
        return not self.is_chat and [turn["role"] for turn in before] == ["assistant"]

    @property
    def is_chat(self) -> bool:
        """Whether prose is wanted, rather than edits alone."""
        return self.messages[0]["content"].startswith(_CHAT)

    @property
    def marker(self) -> str:
        """The line behind which the edits of a chat stand."""
        found = _MARKER.search(self.asked)
        assert found, "a chat about a document names a marker"
        return found[0]

    @property
    def text(self) -> str:
        """What stands between the BEGIN and END lines, without the lines around a part."""
        return "".join(self.pieces)

    @property
    def pieces(self) -> tuple[str, str, str]:
        """What is to be edited, with what stands before and after it."""
        fence = _FENCE.search(self.asked)
        if self.is_chat and not fence:
            return "", "", ""
        assert fence, "the writer's text stands between two lines with a nonce"
        nonce, text = fence["nonce"], fence["text"]
        if f"\nBEGIN PART {nonce}\n" not in text:
            return "", text, ""
        before, _, rest = text.partition(f"\nBEGIN PART {nonce}\n")
        part, _, after = rest.partition(f"\nEND PART {nonce}\n")
        return before, part, after


@dataclass(frozen=True)
class Script:
    """How to answer one call."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | bytes | None = None  # an answer that is no stream
    chunks: tuple[str, ...] = ()
    refusal: str | None = None
    thoughts: tuple[str, ...] = ()  # said apart, before the chunks
    finish: str | None = "stop"  # None: the stream ends without saying so
    before_headers_s: float = 0.0
    before_first_s: float = 0.0
    between_s: float = 0.0
    hold: threading.Event | None = None  # withholds the last chunk until it is set
    cut: bool = False  # hang up after the last chunk, in the middle of a line
    counts: bool = True  # tells the usage, where it was asked for
    silent: bool = False  # hang up without a word
    hang: bool = False  # say no word before the hold is set


Plan = Script | Callable[[Call], Script]


def edit(original: str, suggested: str, **more: Any) -> dict[str, Any]:
    """Return an edit as the reply's schema wants it."""
    known = {"before": "", "after": "", "explanation": "Better.", "category": "style"}
    return {"original": original, "suggested": suggested, "alternatives": []} | known | more


def propose(*edits: dict[str, Any], **more: Any) -> Script:
    """Answer with these edits, in several chunks; the last one closes the list."""
    reply = json.dumps({"suggestions": edits}, ensure_ascii=False)
    inner = reply[:-2]
    pieces = (inner[at : at + _PIECE] for at in range(0, len(inner), _PIECE))
    return Script(chunks=(*pieces, reply[-2:]), **more)


def say(*chunks: str, **more: Any) -> Script:
    """Answer with this text, whatever it is."""
    return Script(chunks=chunks, **more)


def talk(call: Call, prose: str, *edits: dict[str, Any], **more: Any) -> Script:
    """Answer in a chat with prose and, behind the marker, edits; in pieces of a few characters."""
    reply = prose
    if edits:
        reply += f"\n\n{call.marker}\n{json.dumps({'suggestions': edits}, ensure_ascii=False)}"
    return Script(chunks=tuple(reply[at : at + 5] for at in range(0, len(reply), 5)), **more)


def refuse(words: str = f"I will not: {SERVER_WORDS}", **more: Any) -> Script:
    """Decline, as models do where structured output is asked for."""
    return Script(refusal=words, **more)


def answer(
    status: int, body: str | bytes | None = None, headers: Mapping[str, str] | None = None
) -> Script:
    """Answer with a body that is no stream."""
    told = body if body is not None else json.dumps({"error": {"message": SERVER_WORDS}})
    return Script(status=status, body=told, headers=headers or {})


def html(status: int = 200) -> Script:
    """Answer as a proxy does that has lost its server."""
    return answer(status, f"<html><h1>{SERVER_WORDS}</h1></html>", {"Content-Type": "text/html"})


def half_a_json() -> Script:
    """Hang up in the middle of a chunk."""
    return Script(chunks=('{"suggestions": [{"original": "big", "sugg',), cut=True)


def nothing() -> Script:
    """Hang up without a word."""
    return Script(silent=True)


def hang() -> Script:
    """Take the call and say nothing until the test is over."""
    return Script(hang=True)


def known_words(call: Call, **more: Any) -> Script:
    """Propose an edit for each word of `KNOWN_WORDS` in the part that is to be edited."""
    words = re.compile(r"\b(" + "|".join(KNOWN_WORDS) + r")\b")
    before, part, _ = call.pieces
    text, found = call.text, []
    for match in words.finditer(part):
        start, end = len(before) + match.start(), len(before) + match.end()
        context = {"before": text[max(0, start - _CONTEXT) : start], "after": text[end:][:_CONTEXT]}
        found.append(edit(match[0], KNOWN_WORDS[match[0]], **context))
    return propose(*found, **more)


def in_turn(*plans: Plan) -> Plan:
    """Answer each call by the next plan; the last one is for all that follow."""
    left = list(plans)

    def answer_next(call: Call) -> Script:
        plan = left.pop(0) if len(left) > 1 else left[0]
        return plan if isinstance(plan, Script) else plan(call)

    return answer_next

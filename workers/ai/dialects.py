"""The protocol's optional parts, in the forms that servers know: learned from what they refuse.

"Any server that speaks OpenAI's protocol" means many dialects of it. All that differs is in one
table, each part with its forms, the best one first.
"""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workers.ai.provider import Message, ModelCall

_KNOWN_FOR_S = 600.0  # then the best forms are tried again: a server may have learned them
_REFUSED = (
    r"unsupported|not support|unrecogni[sz]ed|unknown|unexpected|extra (?:input|field)"
    r"|not permitted|not allowed|forbidden|unavailable"
)

Form = Callable[[ModelCall], dict[str, Any]]


@dataclass(frozen=True)
class Option:
    """One part of a call; `refused` is what servers say that do not know the form it has."""

    name: str
    refused: re.Pattern[str]
    forms: tuple[Form, ...]


@dataclass(frozen=True)
class Dialect:
    """The form of each option that a server is thought to know."""

    forms: tuple[int, ...]

    def arguments(self, call: ModelCall) -> dict[str, Any]:
        """Return the call as this server wants it."""
        said: dict[str, Any] = {}
        for option, form in zip(OPTIONS, self.forms, strict=True):
            said |= option.forms[form](call)
        return said

    def after(self, complaint: str, call: ModelCall) -> "Dialect | None":
        """Return what to speak instead; None where nothing that the call says was refused."""
        for at, (option, form) in enumerate(zip(OPTIONS, self.forms, strict=True)):
            later = option.forms[form + 1 :]
            is_said = later and later[0](call) != option.forms[form](call)
            if is_said and option.refused.search(complaint):
                return Dialect((*self.forms[:at], form + 1, *self.forms[at + 1 :]))
        return None


class Dialects:
    """What this process knows of the servers that it talks to, model by model, for some time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._learned: dict[str, tuple[Dialect, float]] = {}
        self._lock = threading.Lock()

    def of(self, model: str) -> Dialect:
        """Return how to speak to this model's server."""
        dialect, until = self._learned.get(model, (_BEST, 0.0))
        return dialect if self._clock() < until else _BEST

    def learn(self, model: str, dialect: Dialect) -> None:
        """Note what its server knows, beside what other threads have learned meanwhile."""
        with self._lock:
            now = self._clock()
            known = self.of(model)
            both = Dialect(tuple(map(max, known.forms, dialect.forms)))
            fresh = {name: kept for name, kept in self._learned.items() if now < kept[1]}
            self._learned = fresh | {model: (both, now + _KNOWN_FOR_S)}


def _schema(call: ModelCall) -> dict[str, Any]:
    if call.reply_schema is None:
        return {}
    reply = {"name": "reply", "strict": True, "schema": dict(call.reply_schema)}
    return {"response_format": {"type": "json_schema", "json_schema": reply}}


def _some_json(call: ModelCall) -> dict[str, Any]:
    return {} if call.reply_schema is None else {"response_format": {"type": "json_object"}}


def _nothing(_call: ModelCall) -> dict[str, Any]:
    return {}


def _counted(_call: ModelCall) -> dict[str, Any]:
    return {"stream_options": {"include_usage": True}}


def _bounded(call: ModelCall) -> dict[str, Any]:
    return {"max_completion_tokens": call.max_output_tokens}


def _bounded_as_before(call: ModelCall) -> dict[str, Any]:
    return {"max_tokens": call.max_output_tokens}


def _instructed(call: ModelCall) -> dict[str, Any]:
    return {"messages": [_spoken(message) for message in call.messages]}


def _instructed_by_the_user(call: ModelCall) -> dict[str, Any]:
    """Put instructions before the first words of the user: some templates know no system role."""
    rules = [message.content for message in call.messages if message.role == "system"]
    turns = [message for message in call.messages if message.role != "system"]
    first = turns.pop(0).content if turns and turns[0].role == "user" else ""
    opening = Message("user", "\n\n".join((*rules, first)).rstrip("\n"))
    return {"messages": [_spoken(message) for message in (opening, *turns)]}


def _spoken(message: Message) -> dict[str, str]:
    return {"role": message.role, "content": message.content}


def _refusal_of(names: str) -> re.Pattern[str]:
    """Return what finds these names and a refusal, in either order."""
    return re.compile(rf"(?=.*(?:{names}))(?=.*(?:{_REFUSED}))", re.IGNORECASE | re.DOTALL)


OPTIONS = (
    Option(
        "response_format",
        # In so many words that its name must do: "must be", "unavailable now", "enabled only for".
        re.compile(
            r"response[ _]?format|json[ _](?:schema|object|mode)|structured[ _]outputs?"
            r"|guided[ _](?:json|decoding)|json_validate_failed|pars(?:e|ing) grammar",
            re.IGNORECASE,
        ),
        # The system message describes the reply, so that a model without a schema knows it too.
        (_schema, _some_json, _nothing),
    ),
    Option("stream_options", _refusal_of("stream_options|include_usage"), (_counted, _nothing)),
    # No third form: a reply without a bound could cost anything.
    Option(
        "max_completion_tokens",
        _refusal_of("max_completion_tokens"),
        (_bounded, _bounded_as_before),
    ),
    Option(
        "system_role",
        re.compile(
            r"system (?:role|message|prompt|instruction)s?\b.{0,40}not (?:\w+ )?(?:support|enabl)"
            r"|does not support 'system'|developer instruction is not enabled"
            r"|only user and assistant roles|roles must alternate",
            re.IGNORECASE,
        ),
        (_instructed, _instructed_by_the_user),
    ),
)
_BEST = Dialect((0,) * len(OPTIONS))

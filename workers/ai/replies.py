"""Reads edits out of a model's reply while it streams."""

from collections.abc import Iterator
from typing import Any

import ijson
import json_repair

from shared.domain.suggestions import Edit
from shared.errors import (
    ContentRefusedError,
    NoValidSuggestionsError,
    OutputTruncatedError,
)
from workers.ai.provider import Finished, RefusalDelta, ReplyPart, TextDelta

_LIST_NAMES = ("suggestions", "edits")


class ReplyReader:
    """Takes a reply piece by piece and gives each edit as its object closes.

    A reply that is not plain JSON (a fence, prose around it, a missing bracket) is read at the end,
    by a library that repairs it. `None` stands for an item that is no edit.
    """

    def __init__(self) -> None:
        self._text: list[str] = []
        self._begun = False
        self._given = 0
        self._refused = False
        self._found: list[Any] = []
        self._parser: Any = None
        self.is_partial = False

    def feed(self, part: ReplyPart) -> Iterator[Edit | None]:
        """Yield the edits that this part completes."""
        if isinstance(part, TextDelta):
            self._text.append(part.text)
            yield from self._parse(part.text)
        elif isinstance(part, RefusalDelta):
            self._refused = True
        elif isinstance(part, Finished):
            self.is_partial = part.reason == "length"
            self._refused = self._refused or part.reason == "content_filter"

    def close(self) -> Iterator[Edit | None]:
        """Yield what only the whole reply shows.

        :raises ContentRefusedError: the model declined
        :raises OutputTruncatedError: it was cut before one edit was complete
        :raises NoValidSuggestionsError: nobody can read it
        """
        if self._refused:
            raise ContentRefusedError("The model declined to work on this text")
        items = _items(json_repair.loads(_body("".join(self._text))))
        if self.is_partial:
            items = (items or [])[:-1]  # the last one may be half of what it would have been
            if not items and not self._given:
                raise OutputTruncatedError("The model's reply was cut before its first suggestion")
        if items is None:
            raise NoValidSuggestionsError("The model's reply could not be read")
        for item in items[self._given :]:
            yield _edit(item)

    def _parse(self, text: str) -> Iterator[Edit | None]:
        if not self._begun:
            text = "".join(self._text).lstrip()
            start = text.find("{")
            if start < 0 or not _is_lead(text[:start]):
                return
            self._begun, text = True, text[start:]
            self._parser = ijson.items_coro(_Sink(self._found), f"{_LIST_NAMES[0]}.item")
        yield from self._send(text)

    def _send(self, text: str) -> Iterator[Edit | None]:
        if self._parser is None:
            return
        try:
            self._parser.send(text.encode())
        except (ijson.JSONError, StopIteration):
            self._parser = None  # over, or not plain JSON: `close` reads the rest
        while self._found:
            self._given += 1
            yield _edit(self._found.pop(0))


class _Sink(list[Any]):
    """A list that ijson can send to."""

    def __init__(self, found: list[Any]) -> None:
        super().__init__()
        self.send = found.append


def _is_lead(text: str) -> bool:
    """Whether this is nothing, or a fence's first line."""
    return text.strip() in ("", "```", "```json")


def _body(text: str) -> str:
    """Cut off what surrounds the JSON; without any bracket there is none."""
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    return text[min(starts) :] if starts else ""


def _items(reply: Any) -> list[Any] | None:
    if isinstance(reply, dict):
        reply = next((reply[name] for name in _LIST_NAMES if name in reply), None)
    return reply if isinstance(reply, list) else None


def _edit(item: Any) -> Edit | None:
    if not isinstance(item, dict):
        return None
    original, suggested = item.get("original"), item.get("suggested", item.get("replacement"))
    if not isinstance(original, str) or not isinstance(suggested, str):
        return None
    alternatives = item.get("alternatives")
    return Edit(
        original=original,
        suggested=suggested,
        explanation=_text(item, "explanation"),
        before=_text(item, "before"),
        after=_text(item, "after"),
        category=_text(item, "category") or "style",
        alternatives=tuple(a for a in alternatives if isinstance(a, str))
        if isinstance(alternatives, list)
        else (),
    )


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""

"""Reads edits out of a model's reply while it streams."""

from collections.abc import Iterator
from typing import Any

import ijson
import json_repair

from shared.domain.suggestions import Edit, as_writable
from shared.errors import (
    ContentRefusedError,
    NoValidSuggestionsError,
    OutputTruncatedError,
)
from workers.ai.characters import WholeCharacters
from workers.ai.provider import Finished, RefusalDelta, ReplyPart, TextDelta

_LIST_NAMES = ("suggestions", "edits")


class ReplyReader:
    """Takes a reply piece by piece and gives each edit as its object closes.

    A reply that is not plain JSON (a fence, prose around it, a missing bracket) is read at the end,
    by a library that repairs it. `None` stands for an item that is no edit.
    """

    def __init__(self) -> None:
        self._text: list[str] = []
        self._characters = WholeCharacters()
        self._begun = False
        self._given = 0
        self._refused = False
        self._found: list[Any] = []
        self._parser: Any = None
        self.is_partial = False

    @property
    def text(self) -> str:
        """All that was said so far."""
        return "".join(self._text)

    def feed(self, part: ReplyPart) -> Iterator[Edit | None]:
        """Yield the edits that this part completes."""
        if isinstance(part, TextDelta):
            text = self._characters.take(part.text)
            self._text.append(text)
            yield from self._parse(text)
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
        if self._is_complete():
            return
        items = _find_items(self.text)
        if self.is_partial:
            items = (items or [])[:-1]  # the last one may be half of what it would have been
            if not items and not self._given:
                raise OutputTruncatedError("The model's reply was cut before its first suggestion")
        if items is None:
            raise NoValidSuggestionsError("The model's reply could not be read")
        for item in items[self._given :]:
            yield _edit(item)

    def _is_complete(self) -> bool:
        """Whether the parser saw the whole of a reply that held edits."""
        if self._parser is None or not self._given:
            return False
        try:
            self._parser.close()
        except ijson.JSONError:
            return False
        return True

    def _parse(self, text: str) -> Iterator[Edit | None]:
        if not self._begun:
            text = "".join(self._text).lstrip()
            start = text.find("{")
            if start < 0 or not _is_lead(text[:start]):
                return
            self._begun, text = True, text[start:]
            self._parser = ijson.items_coro(
                _Sink(self._found),
                f"{_LIST_NAMES[0]}.item",
                use_float=True,  # its C parser dies of an integer that has thousands of digits
            )
        yield from self._send(text)

    def _send(self, text: str) -> Iterator[Edit | None]:
        if self._parser is None:
            return
        try:
            self._parser.send(text.encode())
        except (ijson.JSONError, StopIteration, ValueError, ArithmeticError):
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


def _find_items(text: str) -> list[Any] | None:
    """Return the list in the first piece of text that turns out to hold one."""
    for piece in _pieces(text):
        try:
            reply = json_repair.loads(piece)
        except (RecursionError, ValueError):
            continue
        if isinstance(reply, dict):
            reply = next((reply[name] for name in _LIST_NAMES if name in reply), None)
        if isinstance(reply, list) and (not reply or any(isinstance(i, dict) for i in reply)):
            return reply
    return None


def _pieces(text: str) -> Iterator[str]:
    """Yield where JSON may stand: in a fence, then from the first brace, then the first bracket."""
    _, fence, fenced = text.partition("```")
    if fence:
        yield fenced.removeprefix("json").partition("```")[0]
    for opening in "{[":
        at = text.find(opening)
        if at >= 0:
            yield text[at:]


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
        alternatives=tuple(as_writable(a) for a in alternatives if isinstance(a, str))
        if isinstance(alternatives, list)
        else (),
    )


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return as_writable(value) if isinstance(value, str) else ""

"""Reads edits out of a model's reply while it streams."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import ijson

from shared.domain.suggestions import Edit, as_writable
from shared.domain.thoughts import ThoughtFilter
from shared.errors import (
    ContentRefusedError,
    NoValidSuggestionsError,
    OutputTruncatedError,
)
from workers.ai.characters import WholeCharacters
from workers.ai.lenient_json import LIST_NAMES, find_items
from workers.ai.nesting import Nesting
from workers.ai.provider import Finished, RefusalDelta, ReplyPart, TextDelta

_FENCE = "```json"
_AT_ONCE = 16_384  # characters: within one call of the parser no other thread runs


class ReplyReader:
    """Takes a reply piece by piece and gives each edit as its object closes.

    A reply that is not plain JSON (a fence, prose around it, a missing bracket) is read at the end,
    by a library that repairs it. `None` stands for an item that is no edit.
    """

    def __init__(self) -> None:
        self._text: list[str] = []
        self._thoughts = ThoughtFilter()
        self._characters = WholeCharacters()
        self._lead: str | None = ""  # what came before the first brace; None behind it
        self._given = 0
        self._refused = False
        self._nesting = Nesting()
        self._found: deque[Any] = deque()
        self._parser: Any = ijson.items_coro(
            _Sink(self._found),
            f"{LIST_NAMES[0]}.item",
            use_float=True,  # its C parser dies of an integer that has thousands of digits
        )
        self.is_partial = False

    @property
    def text(self) -> str:
        """All that was said so far, without what was thought before it."""
        return "".join(self._text)

    def feed(self, part: ReplyPart) -> Iterator[Edit | None]:
        """Yield the edits that this part completes."""
        if isinstance(part, TextDelta):
            yield from self._take(self._thoughts.feed(self._characters.take(part.text)))
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
        yield from self._take(self._thoughts.close())
        if self._is_complete():
            return
        items = find_items(self.text)
        if self.is_partial:
            items = (items or [])[:-1]  # the last one may be half of what it would have been
            if not items and not self._given:
                raise OutputTruncatedError("The model's reply was cut before its first suggestion")
        if items is None and not self._given:
            raise NoValidSuggestionsError("The model's reply could not be read")
        self.is_partial = self.is_partial or items is None
        for item in (items or [])[self._given :]:
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

    def _take(self, text: str) -> Iterator[Edit | None]:
        self._text.append(text)
        yield from self._parse(text)

    def _parse(self, text: str) -> Iterator[Edit | None]:
        if self._lead is not None and self._parser is not None:
            lead, brace, rest = (self._lead + text).partition("{")
            # Kept short, and looked at no more once it is prose: a reply has thousands of pieces.
            lead = lead.strip()
            if not _FENCE.startswith(lead.lower()):
                self._parser = None
            self._lead, text = None if brace else lead, brace + rest
        if self._parser is not None and text:  # to ijson, nothing means the end
            yield from self._send(text)

    def _send(self, text: str) -> Iterator[Edit | None]:
        readable = self._nesting.within(text)
        try:
            for at in range(0, len(readable), _AT_ONCE):
                self._parser.send(readable[at : at + _AT_ONCE].encode())
            if readable != text:
                self._parser = None
        except (ijson.JSONError, StopIteration, ValueError, ArithmeticError):
            self._parser = None  # over, or not plain JSON: `close` reads the rest
        while self._found:
            self._given += 1
            yield _edit(self._found.popleft())


class _Sink(list[Any]):
    """A list that ijson can send to."""

    def __init__(self, found: deque[Any]) -> None:
        super().__init__()
        self.send = found.append


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

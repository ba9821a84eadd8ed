"""What a model proposes, and what a writer is shown."""

import re
from bisect import bisect, insort
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any

from shared.domain.text import GraphemeBoundaries, OffsetMap, Span

_REACH = 32

# UTF-8 cannot carry half of a surrogate pair, and few editors and stores keep NUL.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


# Part of every cache key: raise it when `Edit` changes its fields, or when the same edits are shown
# in another way (2: trimmed; 3: guarded).
EDIT_VERSION = 3


class DropReason(StrEnum):
    """Why an edit did not become a suggestion."""

    QUOTE_NOT_FOUND = "QUOTE_NOT_FOUND"
    AMBIGUOUS = "AMBIGUOUS"
    OUTSIDE_SELECTION = "OUTSIDE_SELECTION"
    OVERLAP = "OVERLAP"
    NO_CHANGE = "NO_CHANGE"
    # Would change what is protected, or bring in markup.
    PROTECTED = "PROTECTED"
    # Would change a fact, where the template says that such edits are dropped.
    MEANING = "MEANING"
    # Proposes what cannot be written: half of a surrogate pair, or NUL.
    INVALID_TEXT = "INVALID_TEXT"
    # Would melt into the character beside it, and so not read as proposed.
    MERGES_GRAPHEME = "MERGES_GRAPHEME"
    LIMIT = "LIMIT"


@dataclass(frozen=True)
class Edit:
    """What a model proposes: quotes, for it cannot count."""

    original: str
    suggested: str
    explanation: str = ""
    before: str = ""
    after: str = ""
    category: str = "style"
    alternatives: tuple[str, ...] = ()

    @property
    def fault(self) -> DropReason | None:
        """Why this could be placed in no text at all."""
        if not self.original or not is_writable(self.original):
            return DropReason.QUOTE_NOT_FOUND
        if not is_writable(self.suggested):
            return DropReason.INVALID_TEXT
        return DropReason.NO_CHANGE if self.suggested == self.original else None


@dataclass(frozen=True)
class Anchor:
    """The quote and what stands around it, to find it again in a newer text."""

    exact: str
    prefix: str
    suffix: str

    @classmethod
    def at(cls, span: Span, content: str, boundaries: GraphemeBoundaries) -> "Anchor":
        """Describe a place by up to 32 code points on each side, whole words where possible."""
        first = _far_end(range(max(span.start - _REACH, 0), span.start), content, boundaries)
        last = _far_end(
            range(min(span.end + _REACH, len(content)), span.end, -1), content, boundaries
        )
        return cls(
            exact=span.of(content),
            prefix=content[span.start if first is None else first : span.start],
            suffix=content[span.end : span.end if last is None else last],
        )


@dataclass(frozen=True)
class Suggestion:
    """An edit that stands at a place of its own in the writer's text."""

    id: str
    original: str
    suggested: str
    span: Span
    anchor: Anchor
    explanation: str = ""
    category: str = "style"
    alternatives: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


class PlacedSuggestions:
    """The suggestions of one text so far, and what may come to stand beside a place."""

    def __init__(self, content: str, boundaries: GraphemeBoundaries) -> None:
        self._content = content
        self._boundaries = boundaries
        self._spans: list[Span] = []
        self._by_start: dict[int, Suggestion] = {}
        self._by_end: dict[int, Suggestion] = {}

    def __len__(self) -> int:
        return len(self._spans)

    def add(self, suggestion: Suggestion) -> None:
        span = suggestion.span
        insort(self._spans, span)
        self._by_start[span.start] = self._by_end[span.end] = suggestion

    def overlap(self, span: Span) -> bool:
        at = bisect(self._spans, span)
        return any(span.overlaps(near) for near in self._spans[max(at - 1, 0) : at + 1])

    def keep_apart(self, span: Span, replacement: str) -> bool:
        """Whether the replacement's ends are boundaries, whichever suggestions are accepted."""
        sides = product(set(self._lefts(span.start)), set(self._rights(span.end)))
        return all(_is_apart(left, replacement, right) for left, right in sides)

    def _lefts(self, offset: int) -> Iterator[str]:
        """Yield what may stand in front of the offset."""
        yield self._content[self._boundaries.before(offset) : offset]
        while touching := self._by_end.get(offset):
            yield from filter(None, (touching.suggested, *touching.alternatives))
            if touching.suggested:
                return
            offset = touching.span.start
            yield self._content[self._boundaries.before(offset) : offset]

    def _rights(self, offset: int) -> Iterator[str]:
        """Yield what may stand behind the offset; one code point decides whether it merges."""
        yield self._content[offset : offset + 1]
        while touching := self._by_start.get(offset):
            yield from filter(None, (touching.suggested, *touching.alternatives))
            if touching.suggested:
                return
            offset = touching.span.end
            yield self._content[offset : offset + 1]


def is_writable(text: str) -> bool:
    """Whether the text can be sent and stored."""
    return not _UNWRITABLE.search(text)


def as_writable(text: str) -> str:
    """Return the text without what could not be sent and stored."""
    return _UNWRITABLE.sub("", text)


def as_json(suggestion: Suggestion, offsets: OffsetMap) -> dict[str, Any]:
    """Return the suggestion as clients know it, in the unit in which they count."""
    anchor = suggestion.anchor
    return {
        "id": suggestion.id,
        "original": suggestion.original,
        "suggested": suggestion.suggested,
        "start": offsets.encode(suggestion.span.start),
        "end": offsets.encode(suggestion.span.end),
        "explanation": suggestion.explanation,
        "alternatives": list(suggestion.alternatives),
        "category": suggestion.category,
        "anchor": {"exact": anchor.exact, "prefix": anchor.prefix, "suffix": anchor.suffix},
        "state": "pending",
        **({"flags": list(suggestion.flags)} if suggestion.flags else {}),
    }


def _far_end(reach: range, content: str, boundaries: GraphemeBoundaries) -> int | None:
    """Return the farthest offset of the reach, which runs inwards, that cuts no word if it can."""
    clean = [offset for offset in reach if offset in boundaries]
    words = (offset for offset in clean if _is_word_end(content, offset, inwards=reach.step))
    return next(words, clean[0] if clean else None)


def _is_word_end(content: str, offset: int, *, inwards: int) -> bool:
    """Whether a word, or the text itself, has its outer end here."""
    outer, inner = (offset - 1, offset) if inwards > 0 else (offset, offset - 1)
    if not 0 <= outer < len(content):
        return True
    return content[outer].isspace() and not content[inner].isspace()


def _is_apart(left: str, text: str, right: str) -> bool:
    boundaries = GraphemeBoundaries(left + text + right)
    return len(left) in boundaries and len(left) + len(text) in boundaries

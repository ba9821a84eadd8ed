"""Text as clients count it, as readers see it, and as models misquote it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate

import regex

_STEP = 1024

# Two of these are always apart, so a whole stretch is passed at once, but for its last one, which
# may carry marks.
_PLAIN = r"[[\p{GCB=Other}\p{GCB=Control}\p{GCB=LF}\p{GCB=LV}\p{GCB=LVT}]--\p{InCB=Consonant}]"
# In a row of flags \X counts back to the first at each one, which is quadratic: so not there.
_GRAPHEME = regex.compile(rf"(?V1)(?:{_PLAIN}*(?={_PLAIN}))?(\p{{RI}}{{2}}(?=\p{{RI}})|\X)")

_WHITE_SPACE = re.compile(r"\s+")
_PLAIN_TWINS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
}


class OffsetEncoding(StrEnum):
    """The unit in which a client counts."""

    UTF16 = "utf-16"
    CODEPOINT = "codepoint"
    UTF8 = "utf-8"


class TextFormat(StrEnum):
    """What the text is written in."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


# The codec that writes the unit, and how many bytes it takes.
_UNITS = {
    OffsetEncoding.UTF16: ("utf-16-le", 2),
    OffsetEncoding.CODEPOINT: ("utf-32-le", 4),
    OffsetEncoding.UTF8: ("utf-8", 1),
}


class OffsetError(ValueError):
    """A place at which the text cannot be cut; the message never quotes the text."""


@dataclass(frozen=True, order=True)
class Span:
    """A half-open stretch of a text, in code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def contains(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


class OffsetMap:
    """The way between code points and the unit in which a client counts one text.

    The client's offset is kept for every `_STEP` code points, so an answer costs a short piece of
    the text and not all of it.
    """

    def __init__(self, text: str, encoding: OffsetEncoding) -> None:
        self._text = text
        self._codec, self._width = _UNITS[encoding]
        self._is_identity = encoding is OffsetEncoding.CODEPOINT or text.isascii()
        self._marks = [0] if self._is_identity else list(self._measure())
        self._units = self.encode(len(text))

    def encode(self, offset: int) -> int:
        """Return the client's offset for one in code points.

        :raises OffsetError: it lies outside of the text
        """
        _check_inside(offset, len(self._text))
        if self._is_identity:
            return offset
        mark, rest = divmod(offset, _STEP)
        return self._marks[mark] + self._count(self._text[offset - rest : offset])

    def decode(self, offset: int) -> int:
        """Return the code point at which the client's offset stands.

        :raises OffsetError: it lies outside of the text, or within a code point
        """
        _check_inside(offset, self._units)
        if self._is_identity:
            return offset
        mark = bisect_right(self._marks, offset) - 1
        piece = self._text[mark * _STEP : (mark + 1) * _STEP]
        reached = list(accumulate(map(self._count, piece), initial=self._marks[mark]))
        points = bisect_left(reached, offset)
        if reached[points] != offset:
            raise OffsetError(f"Offset {offset} stands in the middle of a character")
        return mark * _STEP + points

    def _measure(self) -> Iterator[int]:
        whole = len(self._text) // _STEP * _STEP
        pieces = (self._text[at : at + _STEP] for at in range(0, whole, _STEP))
        return accumulate(map(self._count, pieces), initial=0)

    def _count(self, piece: str) -> int:
        return len(piece.encode(self._codec, "surrogatepass")) // self._width


class GraphemeBoundaries:
    """The offsets at which a text can be cut without tearing what a reader sees as one character.

    Found in one pass when first asked for.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def __contains__(self, offset: int) -> bool:
        return 0 <= offset <= len(self._text) and not self._inside[offset]

    def among(self, offsets: Iterable[int]) -> frozenset[int]:
        """Return those of the offsets that are boundaries."""
        inside = self._inside
        return frozenset(at for at in offsets if 0 <= at < len(inside) and not inside[at])

    def before(self, offset: int) -> int:
        """Return the last boundary in front of the offset, or 0."""
        return max(self._inside.rfind(0, 0, offset), 0)

    @cached_property
    def _inside(self) -> bytearray:
        """One byte for each offset: 1 where a grapheme would be torn."""
        inside = bytearray(len(self._text) + 1)
        if self._text.isascii() and "\r" not in self._text:
            return inside
        for grapheme in _GRAPHEME.finditer(self._text):
            start, end = grapheme.span(1)
            inside[start + 1 : end] = b"\1" * (end - start - 1)
        return inside


def to_span(text: str, start: int, end: int, encoding: OffsetEncoding) -> Span:
    """Return the stretch that a client's offsets mean.

    :raises OffsetError: they are reversed, outside of the text, or within a code point
    """
    if end < start:
        raise OffsetError(f"The end, {end}, lies before the start, {start}")
    offsets = OffsetMap(text, encoding)
    return Span(offsets.decode(start), offsets.decode(end))


def count_words(text: str) -> int:
    """Count the runs of non-space."""
    return len(text.split())


def plain(text: str) -> str:
    """Return the text with typographic marks as typed ones, each in its place."""
    if text.isascii():
        return text
    for mark, twin in _PLAIN_TWINS.items():
        text = text.replace(mark, twin)
    return text


def fold(text: str) -> str:
    """Return the text with white space runs as one space and typographic marks as typed ones."""
    return _WHITE_SPACE.sub(" ", plain(text))


def _check_inside(offset: int, length: int) -> None:
    if not 0 <= offset <= length:
        raise OffsetError(f"Offset {offset} lies outside of the text, which ends at {length}")

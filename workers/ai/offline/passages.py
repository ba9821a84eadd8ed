"""Cuts a text into pieces that can be worked on one at a time."""

import re
from collections.abc import Iterator

from shared.domain.text import Span

# Long enough for any sentence, short enough that a stop is noticed at once.
MAX_LENGTH = 1200

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE_END = re.compile(r"[.!?…][\"'”\u2019)\]]{0,3}\s+")


def passages(content: str, within: Span) -> Iterator[Span]:
    """Yield the paragraphs that touch the span; a long one in pieces that end with a sentence."""
    start = 0
    for gap in _BLANK_LINES.finditer(content):
        yield from _touching(content, Span(start, gap.start()), within)
        start = gap.end()
        if start >= within.end:
            return
    yield from _touching(content, Span(start, len(content)), within)


def _touching(content: str, paragraph: Span, within: Span) -> Iterator[Span]:
    if not paragraph.overlaps(within):
        return
    yield from (piece for piece in _pieces(content, paragraph) if piece.overlaps(within))


def _pieces(content: str, paragraph: Span) -> Iterator[Span]:
    start = paragraph.start
    while paragraph.end - start > MAX_LENGTH:
        end = _last_break(content, start, start + MAX_LENGTH)
        yield Span(start, end)
        start = end
    yield Span(start, paragraph.end)


def _last_break(content: str, start: int, limit: int) -> int:
    """Return where the last sentence ends, else the last word, else the limit."""
    ends = [found.end() for found in _SENTENCE_END.finditer(content, start, limit)]
    if ends:
        return ends[-1]
    space = max(content.rfind(blank, start + 1, limit) for blank in " \n\t")
    return space if space > start else limit

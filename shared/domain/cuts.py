"""Where a text can be cut: after a paragraph, a line, a sentence, a word, or any character."""

import re
from collections.abc import Iterator

from shared.domain.text import GraphemeBoundaries, Span

PARAGRAPH = re.compile(r"\n(?:[^\S\n]*\n)+")
# With all blank lines that follow: a million of them are one piece.
LINE = re.compile(r"[\n\r\u2028\u2029](?:\s*[\n\r\u2028\u2029])?")
_CLOSING = "[\"'\u2019\u201d)\\]\u00bb\u300d\u300f]{0,3}"
# Chinese and Japanese put no space behind a full stop.
SENTENCE = re.compile(rf"[.!?\u2026]{_CLOSING}\s+|[\u3002\uff01\uff1f]{_CLOSING}\s*")
WORD = re.compile(r"\s+")


class Cuts:
    """The places at which one text can be cut; never within a grapheme or a CRLF."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._boundaries = GraphemeBoundaries(content)

    def split(self, area: Span, after: re.Pattern[str], *, least: int = 1) -> Iterator[Span]:
        """Yield the pieces of the area, each with what ends it, of at least so many characters."""
        start = area.start
        for end in self.ends(area, after):
            if start + least <= end < area.end:
                yield Span(start, end)
                start = end
        yield Span(start, area.end)

    def halve(self, area: Span) -> tuple[Span, ...]:
        """Return two pieces, cut near the middle; the area itself where it is one grapheme."""
        middle = (area.start + area.end) // 2
        word = WORD.search(self._content, middle, (middle + area.end) // 2)
        if word and word.end() < area.end and word.end() in self._boundaries:
            cut = word.end()
        else:
            cut = self._boundaries.before(middle + 1)
        if cut <= area.start:
            behind = (at for at in range(middle + 1, area.end) if at in self._boundaries)
            cut = next(behind, area.end)
        if cut == area.end:
            return (area,)
        return Span(area.start, cut), Span(cut, area.end)

    def gentle(self, area: Span) -> Iterator[list[int]]:
        """Yield the offsets at which the area can be cut: ends of sentences, of words, any.

        The ends of the text are among them, where the area reaches so far.
        """
        edges = {0, len(self._content)} & {area.start, area.end}
        lines = {*self.ends(area, LINE), *self.ends(area, SENTENCE)}
        yield sorted(lines | edges)
        yield sorted({*self.ends(area, WORD)} | edges)
        yield [at for at in range(area.start, area.end + 1) if at in self._boundaries]

    def ends(self, area: Span, after: re.Pattern[str]) -> Iterator[int]:
        """Yield the offsets in the area at which something ends, its own end among them."""
        for found in after.finditer(self._content, area.start, area.end):
            if found.end() in self._boundaries:
                yield found.end()

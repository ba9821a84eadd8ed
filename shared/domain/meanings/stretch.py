"""How much of a text an edit concerns."""

import re
from functools import cached_property

from shared.domain.meanings.marks import quotation_spans
from shared.domain.text import Span

# How far a paragraph is followed on each side of an edit: a hostile one has no end.
_REACH = 1200
# Most sentences begin within this.
_NEAR = 300
_GAP = re.compile(r"\n[^\S\n]*\n")
_SENTENCE_END = re.compile(r"[.!?\u2026]+[\"'\u201d\u2019)\]]*\s+|\n(?=[^\S\n]*[-*#>|\d])")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e|[ap]\.m|[A-Z])\.\s*$")


class Paragraph:
    """The paragraph around an edit, or as much of it as is worth reading."""

    def __init__(self, content: str, span: Span) -> None:
        start, end = max(span.start - _REACH, 0), min(span.end + _REACH, len(content))
        for gap in _GAP.finditer(content, start, span.start):
            start = gap.end()
        if gap_after := _GAP.search(content, span.end, end):
            end = gap_after.start()
        self.span = Span(start, end)
        self._content = content

    def is_quoted(self, span: Span) -> bool:
        """Whether the edit touches a quotation."""
        return any(quoted.overlaps(span) for quoted in self._quotations)

    def stretch(self, span: Span) -> Span:
        """Return the sentences that the edit touches, and the quotations that they touch, whole."""
        start, end = self._sentences(span)
        for quoted in self._quotations:
            if quoted.overlaps(Span(start, end)):
                start, end = min(start, quoted.start), max(end, quoted.end)
        return Span(start, end)

    def _sentences(self, span: Span) -> tuple[int, int]:
        start = self.span.start
        for first in (max(span.start - _NEAR, start), start):
            gaps = [*_SENTENCE_END.finditer(self._content, first, span.start)]
            if last := next(filter(self._ends_sentence, reversed(gaps)), None):
                start = last.end()
                break
        begin = max(span.end - 1, self.span.start)
        behind = _SENTENCE_END.finditer(self._content, begin, self.span.end)
        ends = (gap.end() for gap in behind if gap.end() >= span.end and self._ends_sentence(gap))
        return start, next(ends, self.span.end)

    def _ends_sentence(self, gap: re.Match[str]) -> bool:
        return not _ABBREVIATION.search(self._content, max(gap.start() - 6, 0), gap.end())

    @cached_property
    def _quotations(self) -> list[Span]:
        base = self.span.start
        return [
            Span(q.start + base, q.end + base) for q in quotation_spans(self.span.of(self._content))
        ]

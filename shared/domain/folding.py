"""A text in which white space and typographic marks are taken as equal."""

import re
from bisect import bisect_left, bisect_right

from shared.domain.text import Span, fold

_LONG_WHITE_SPACE = re.compile(r"\s{2,}")


class FoldedText:
    """A text as `fold` leaves it, and the way back to the real one."""

    def __init__(self, text: str) -> None:
        self.text = fold(text)
        self._ends, self._lost = [0], [0]
        lost = 0
        for run in _LONG_WHITE_SPACE.finditer(text):
            lost += run.end() - run.start() - 1
            self._ends.append(run.end() - lost)
            self._lost.append(lost)

    def unfold(self, folded: Span) -> Span:
        """Return the real stretch; white space at its ends is taken whole."""
        return Span(self.real(folded.start), self.real(folded.end))

    def fold(self, real: Span) -> Span:
        """Return the longest folded stretch that unfolds into the real one."""
        offsets = range(len(self.text) + 1)
        start = bisect_left(offsets, real.start, key=self.real)
        return Span(start, bisect_right(offsets, real.end, key=self.real) - 1)

    def real(self, offset: int) -> int:
        """Return the real offset for a folded one; behind white space, behind all of it."""
        return offset + self._lost[bisect_right(self._ends, offset) - 1]

"""What an edit took out and put in, between two runs of words that stand in both texts."""

from collections import Counter
from functools import cached_property

from shared.domain.alignments import Alignment, Words
from shared.domain.text import Span

# What reads the same for longer than this is taken to do so without end.
_FARTHEST = 5000


class Gap:
    """One edit: the words that are only in the old text, and those that are only in the new one.

    Many suggestions may stand beside one edit, and an edit may be as long as a text. So all that
    does not depend on the suggestion is found once.
    """

    def __init__(self, alignment: Alignment, number: int) -> None:
        """`number` is that of the run behind the gap."""
        self.taken, self.put = alignment.gap_before(number)
        self._sides: tuple[tuple[Words, Span], ...] = (
            (alignment.old, self.taken),
            (alignment.new, self.put),
        )

    def resembles(self, sought: Counter[str]) -> bool:
        """Whether two of three of these words were taken out here, or put in."""
        least = max(2 * sought.total(), 1)
        return any(3 * (sought & counted).total() >= least for counted in self._counted)

    def holds(self, letters: str) -> bool:
        """Whether the letters stand in what was taken out or put in."""
        return any(
            side.text.find(letters, stretch.start, stretch.end) >= 0
            for side, stretch in self._stretches
        )

    @cached_property
    def size(self) -> int:
        """How much was taken out and put in, in code points."""
        return sum(stretch.end - stretch.start for _, stretch in self._stretches)

    @cached_property
    def slide_on(self) -> int:
        """How far behind the gap, in code points, the edit could as well have been made."""
        return max(_common_start(side.text, stretch) for side, stretch in self._stretches)

    @cached_property
    def slide_back(self) -> int:
        """How far in front of the gap, in code points, the edit could as well have been made."""
        return max(_common_end(side.text, stretch) for side, stretch in self._stretches)

    @cached_property
    def _stretches(self) -> list[tuple[Words, Span]]:
        return [(side, side.stretch(changed)) for side, changed in self._sides]

    @cached_property
    def _counted(self) -> list[Counter[str]]:
        return [Counter(changed.of(side.codes)) for side, changed in self._sides]


def _common_start(text: str, changed: Span) -> int:
    """Return how far the text reads the same from the start and from the end of the change on.

    So far the change could as well stand later, with the same outcome. Nothing changed: 0.
    """
    length, limit = 0, len(text) - changed.end if changed.start < changed.end else 0
    while length < limit and text[changed.start + length] == text[changed.end + length]:
        length += 1
        if length == _FARTHEST:
            return len(text)
    return length


def _common_end(text: str, changed: Span) -> int:
    """Return how far back the text reads the same from the start and the end of the change."""
    length, limit = 0, changed.start if changed.start < changed.end else 0
    while length < limit and text[changed.start - length - 1] == text[changed.end - length - 1]:
        length += 1
        if length == _FARTHEST:
            return len(text)
    return length

"""Guards what no edit may change: what is protected in the text, and what the text says."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from shared.domain.suggestions import DropReason
from shared.domain.text import GraphemeBoundaries, Span

# Each is counted in the whole replacement. What touches more of them is no small edit.
_MOST_PIECES = 1000


@dataclass(frozen=True)
class Judgement:
    """What a judge says of a change: why it is dropped, or what to mark it with."""

    reason: DropReason | None = None
    flags: tuple[str, ...] = ()


# Takes the stretch of the text, in code points, and what is to stand there instead.
Judge = Callable[[Span, str], Judgement]


@dataclass(frozen=True)
class Guards:
    """The stretches that may not change, sorted and disjoint, and who is asked of the rest.

    `of_several` are asked once more of changes that stand near each other, as of one.
    """

    protected: Sequence[Span] = ()
    judges: Sequence[Judge] = ()
    of_several: Sequence[Judge] = ()

    def judge(self, span: Span, suggested: str) -> Judgement:
        """Return the first objection there is, or all flags."""
        flags: list[str] = []
        for ask in self.judges:
            said = ask(span, suggested)
            if said.reason:
                return said
            flags += said.flags
        return Judgement(flags=tuple(dict.fromkeys(flags)))

    def allow_together(self, changes: Iterable[tuple[Span, str]]) -> bool:
        """Whether nobody objects to any of the changes, each made of several."""
        if not self.of_several:
            return True
        return not any(ask(*change).reason for change in changes for ask in self.of_several)


def meaning_judge(changed: Callable[[Span, str], Collection[str]], *, drops: bool) -> Judge:
    """Return a judge of meaning; `changed` tells the kinds of facts that a change alters.

    With `drops` such a change is dropped, else it carries the kinds as its flags.
    """

    def judge(span: Span, suggested: str) -> Judgement:
        kinds = changed(span, suggested)
        if kinds and drops:
            return Judgement(DropReason.MEANING)
        return Judgement(flags=tuple(sorted(kinds)))

    return judge


def markup_judge(breaks: Callable[[Span, str], bool]) -> Judge:
    """Return a judge of markup: what `breaks` it counts as touching what is protected."""

    def judge(span: Span, suggested: str) -> Judgement:
        return Judgement(DropReason.PROTECTED if breaks(span, suggested) else None)

    return judge


class ProtectedText:
    """A text some stretches of which may not change."""

    def __init__(self, content: str, spans: Sequence[Span]) -> None:
        self._content = content
        self._spans = spans
        self._starts = [span.start for span in spans]
        self._ends = [span.end for span in spans]

    def touched(self, span: Span) -> Sequence[Span]:
        """Return what is protected in the stretch; what only meets its ends is not."""
        first = bisect_right(self._ends, span.start)
        return self._spans[first : bisect_left(self._starts, span.end)]

    def keeps(self, span: Span, suggested: str) -> bool:
        """Whether all that is protected in the stretch stands in the replacement as it did.

        As many pieces, in the same order, whole, and no further copy of any.
        """
        touched = self.touched(span)
        if not touched:
            return True
        if len(touched) > _MOST_PIECES:
            return False
        pieces = [one.of(self._content) for one in touched]
        original = span.of(self._content)
        return (
            all(map(span.contains, touched))
            and _stand_in_order(pieces, suggested)
            and all(suggested.count(piece) == original.count(piece) for piece in set(pieces))
        )


def _stand_in_order(pieces: Sequence[str], text: str) -> bool:
    boundaries, at = GraphemeBoundaries(text), 0
    for piece in pieces:
        start = text.find(piece, at)
        at = start + len(piece)
        if start < 0 or start not in boundaries or at not in boundaries:
            return False
    return True

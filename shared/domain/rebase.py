"""Finds where suggestions for a text stand in a newer version of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.alignments import Alignment, AlignmentError
from shared.domain.gaps import Gap
from shared.domain.text import GraphemeBoundaries, Span

_TIME_LIMIT_S = 0.25
# Words and the spaces between them, on each side: eight words.
_REACH = 16
# As much of that has to be untouched, on both sides together; of a short text, half.
_LEAST = 6
# A passage that stands more often than this settles nothing, and would cost more than it is worth.
_PATIENCE = 200
# As many code points are searched for all quotes together: a thousand in a text of 25,000 words.
_MOST_SEARCHED = 200_000_000


class RebaseState(StrEnum):
    """What became of a suggestion's words."""

    UNCHANGED = "unchanged"
    MOVED = "moved"
    CONFLICTED = "conflicted"
    GONE = "gone"


@dataclass(frozen=True)
class Quote:
    """The words of a suggestion, and where they stood in the old text, in code points."""

    original: str
    span: Span


@dataclass(frozen=True)
class Rebased:
    """What became of one suggestion; it has a place only if that is without doubt."""

    state: RebaseState
    span: Span | None = None


def rebase(old: str, new: str, quotes: Iterable[Quote]) -> list[Rebased]:
    """Tell for each quote what became of it, in the order of the quotes; spans in code points.

    A quote has a place in the new text only where just its words stand, and where the edit script
    from the old text to the new one puts the very words of its old place. That the script is right
    is confirmed by what stands around: at least three words beside the quote (half of a short
    text) are untouched, the passage stands nowhere in a part that was edited, and no edit within
    eight words puts in or takes out the same words or nearly so. What is in doubt is a conflict,
    for nothing fuzzy is applied: a suggestion that has to be asked for again does no harm, one in
    the wrong place does.

    Texts that cannot be compared within a quarter of a second yield conflicts as well, and so do
    the last ones of more quotes than can be looked for.
    """
    desk = _Rebase(old, new)
    return [desk.place(quote) for quote in quotes]


class _Rebase:
    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new
        self._boundaries = GraphemeBoundaries(new)
        try:
            self._alignment = _align(old, new)
        except AlignmentError:
            self._alignment = _align("", "")
        self._gaps: dict[int, Gap] = {}
        self._searched = 0

    def place(self, quote: Quote) -> Rebased:
        span = quote.span
        if not 0 <= span.start < span.end <= len(self._old) or span.of(self._old) != quote.original:
            return Rebased(RebaseState.CONFLICTED)
        image = span if self._old == self._new else self._image(span)
        if isinstance(image, RebaseState):
            return Rebased(image)
        if image.of(self._new) != quote.original or not self._is_whole(image):
            return Rebased(RebaseState.CONFLICTED)
        same = image.start == span.start
        return Rebased(RebaseState.UNCHANGED if same else RebaseState.MOVED, image)

    def _is_whole(self, span: Span) -> bool:
        return span.start in self._boundaries and span.end in self._boundaries

    def _image(self, span: Span) -> Span | RebaseState:
        """Return where the script puts the stretch, if the words around confirm it."""
        alignment = self._alignment
        words = alignment.old.around(span)
        at = alignment.run_of_old(words)
        if self._searched > _MOST_SEARCHED:
            return RebaseState.CONFLICTED
        if at is None:
            is_gone = alignment.is_deleted(words)
            return RebaseState.GONE if is_gone else RebaseState.CONFLICTED
        if not (self._is_clear(words, at) and self._is_confirmed(words, at)):
            return RebaseState.CONFLICTED
        run = alignment.runs[at]
        first = words.start - run.old + run.new
        start = alignment.new.starts[first] + span.start - alignment.old.starts[words.start]
        return Span(start, start + span.end - span.start)

    def _is_clear(self, words: Span, at: int) -> bool:
        """Whether no edit near by leaves it in doubt which words these are.

        That is so if most of what stands from the words to the edit was put in or taken out there
        too, and if the edit could as well have been made some words farther on: "big " put into
        "big plan" at either end.
        """
        if any(self._resembles(words, number, at) for number in self._gaps_near(words, at)):
            return False
        alignment = self._alignment
        run, place = alignment.runs[at], alignment.old.stretch(words)
        kept = alignment.old.stretch(Span(run.old, run.old_end))
        return (
            self._gap(at).slide_on <= place.start - kept.start
            and self._gap(at + 1).slide_back <= kept.end - place.end
            and not (run.old == words.start and self._holds(at, words.start))
            and not (run.old_end == words.end and self._holds(at + 1, words.end - 1))
        )

    def _gaps_near(self, words: Span, at: int) -> Iterator[int]:
        """Yield the gaps between runs that begin or end within reach of the words."""
        runs = self._alignment.runs
        for number in range(at, -1, -1):
            if runs[number].old < words.start - _REACH:
                break
            yield number
        for number in range(at + 1, len(runs) + 1):
            if runs[number - 1].old_end > words.end + _REACH:
                break
            yield number

    def _resembles(self, words: Span, number: int, at: int) -> bool:
        """Whether the edit in this gap has two of three words from here to there."""
        gap = self._gap(number)
        here = (
            Span(gap.taken.end, words.end) if number <= at else Span(words.start, gap.taken.start)
        )
        sought = filter(self._alignment.is_word, here.of(self._alignment.old.codes))
        return gap.resembles(Counter(sought))

    def _holds(self, number: int, edge: int) -> bool:
        """Whether the gap has the letters of this word: "e window" put into the middle of it."""
        old, gap = self._alignment.old, self._gap(number)
        self._searched += gap.size
        return gap.holds(old.stretch(Span(edge, edge + 1)).of(old.text))

    def _gap(self, number: int) -> Gap:
        if number not in self._gaps:
            self._gaps[number] = Gap(self._alignment, number)
        return self._gaps[number]

    def _is_confirmed(self, words: Span, at: int) -> bool:
        """Whether enough around the words is untouched, and is nowhere what was edited."""
        run, old = self._alignment.runs[at], self._alignment.old
        start = max(words.start - _REACH, run.old)
        end = min(words.end + _REACH, run.old_end)
        context = end - start - (words.end - words.start)
        if context < min(_LEAST, len(old.codes) // 2):
            return False
        is_cut = start > words.start - _REACH and max(run.old, run.new) > 0
        is_cut = is_cut or (end < words.end + _REACH and run.old_end < len(old.codes))
        # Each side is asked for by itself: the edge of a copied paragraph has only one of them.
        sides = [(start, words.end)] if words.start - start >= _LEAST else []
        sides += [(words.start, end)] if end - words.end >= _LEAST else []
        return self._stands_well(old.codes[start:end], can_repeat=not is_cut) and all(
            self._stands_well(old.codes[one:other], can_repeat=True) for one, other in sides
        )

    def _stands_well(self, passage: str, *, can_repeat: bool) -> bool:
        """Whether the passage stands in no edited part, and just once unless it may repeat."""
        sides = (
            (self._alignment.old.codes, self._alignment.run_of_old),
            (self._alignment.new.codes, self._alignment.run_of_new),
        )
        most = _PATIENCE if can_repeat else 1
        for text, run_of in sides:
            self._searched += len(text)
            for count, found in enumerate(_occurrences(passage, text), 1):
                if count > most or run_of(found) is None:
                    return False
        return True


def _align(old: str, new: str) -> Alignment:
    return Alignment(old, new, least=_LEAST, time_limit_s=_TIME_LIMIT_S)


def _occurrences(passage: str, text: str) -> Iterator[Span]:
    at = text.find(passage)
    while at >= 0:
        yield Span(at, at + len(passage))
        at = text.find(passage, at + 1)

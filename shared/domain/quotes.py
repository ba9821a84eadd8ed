"""Finds where the words that a model quotes stand in the writer's text."""

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import product

from shared.domain.folding import FoldedText
from shared.domain.suggestions import DropReason, Edit
from shared.domain.text import GraphemeBoundaries, Span, fold

# An honest quote is settled within a few occurrences. Without an end, a hostile text (one letter,
# a million times under an accent) would hold a worker for minutes.
_PATIENCE = 2000

_Search = Callable[[str, Span], Iterator[Span]]


class _PatienceError(Exception):
    """The quote stands in more places than are worth looking at."""


class QuoteFinder:
    """Finds the one place that a quote can mean.

    Models count characters badly but quote well, so the quoted words decide the position: where
    they stand once in the span, or once together with the words given before and after. Words that
    stand nowhere are sought once more with white space and typographic marks taken as equal.
    """

    def __init__(self, content: str, within: Span, boundaries: GraphemeBoundaries) -> None:
        self._content = content
        self._within = within
        self._boundaries = boundaries
        self._patience = _PATIENCE

    def narrow(self, within: Span) -> None:
        """Find what is asked from now on in this stretch only."""
        self._within = within

    def find(self, edit: Edit) -> Span | DropReason:
        """Return the place, or why there is none."""
        self._patience = _PATIENCE
        try:
            return self._find(edit)
        except _PatienceError:
            return DropReason.AMBIGUOUS

    def _find(self, edit: Edit) -> Span | DropReason:
        searches: tuple[_Search, ...] = (self._exact, self._tolerant)
        for search in searches:
            found = _single(search(edit.original, self._within))
            if found is DropReason.AMBIGUOUS:
                return _single(self._in_context(edit, search)) or DropReason.AMBIGUOUS
            if found:
                return found
            if any(search(edit.original, Span(0, len(self._content)))):
                return DropReason.OUTSIDE_SELECTION
        return DropReason.QUOTE_NOT_FOUND

    def _exact(self, quote: str, area: Span) -> Iterator[Span]:
        for at in self._occurrences(self._content, quote, area):
            if self._is_whole(span := Span(at, at + len(quote))):
                yield span

    def _tolerant(self, quote: str, area: Span) -> Iterator[Span]:
        folded = fold(quote)
        for at in self._occurrences(self._folded.text, folded, self._folded.fold(area)):
            if self._is_whole(span := self._folded.unfold(Span(at, at + len(folded)))):
                yield span

    def _in_context(self, edit: Edit, search: _Search) -> Iterator[Span]:
        """Search where the quote stands between its contexts, with white space or none between.

        The folded text answers that by looking for one long string: even a word that stands ten
        thousand times costs no loop over its occurrences.
        """
        before, after = fold(edit.before).rstrip(), fold(edit.after).lstrip()
        quote = fold(edit.original)
        heads = (before, f"{before} ") if before else ("",)
        tails = (after, f" {after}") if after else ("",)
        for head, tail in product(heads, tails):
            for at in self._occurrences(
                self._folded.text, head + quote + tail, self._around(head, tail)
            ):
                start = at + len(head)
                area = self._folded.unfold(Span(start, start + len(quote)))
                yield from filter(self._within.contains, search(edit.original, area))

    def _around(self, head: str, tail: str) -> Span:
        """Return the folded span, with room for contexts and white space cut by its ends."""
        inner = self._folded.fold(self._within)
        return Span(max(inner.start - len(head) - 1, 0), inner.end + len(tail) + 1)

    def _occurrences(self, text: str, quote: str, area: Span) -> Iterator[int]:
        at = text.find(quote, area.start, area.end)
        while at >= 0:
            self._patience -= 1
            if self._patience < 0:
                raise _PatienceError
            yield at
            at = text.find(quote, at + 1, area.end)

    @cached_property
    def _folded(self) -> FoldedText:
        return FoldedText(self._content)

    def _is_whole(self, span: Span) -> bool:
        return span.start in self._boundaries and span.end in self._boundaries


def _single(spans: Iterator[Span]) -> Span | DropReason | None:
    """Return the one place there is; a second one is a doubt."""
    first = next(spans, None)
    if any(span != first for span in spans):
        return DropReason.AMBIGUOUS
    return first

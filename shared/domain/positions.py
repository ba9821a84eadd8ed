"""Finds where a model's edits stand in the writer's text."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from shared.domain.suggestions import (
    Anchor,
    DropReason,
    Edit,
    PlacedSuggestions,
    Suggestion,
    as_writable,
    is_writable,
)
from shared.domain.text import FoldedText, GraphemeBoundaries, Span, fold

# An honest quote is settled within a few occurrences. Without an end, a hostile text (one letter,
# a million times under an accent) would hold a worker for minutes.
_PATIENCE = 2000

_Search = Callable[[str, Span], Iterator[Span]]


@dataclass(frozen=True)
class Placement:
    """The edits that found their place, and how many did not, by reason."""

    suggestions: tuple[Suggestion, ...]
    dropped: Mapping[DropReason, int]


def place_edits(content: str, within: Span, edits: Iterable[Edit], limit: int) -> Placement:
    """Place each edit where its quote stands without doubt; see `Placer` for the policy."""
    placer = Placer(content, within, limit)
    placed = [placer.place(edit) for edit in edits]
    return Placement(
        suggestions=tuple(one for one in placed if isinstance(one, Suggestion)),
        dropped=Counter(one for one in placed if isinstance(one, DropReason)),
    )


class _PatienceError(Exception):
    """The quote stands in more places than are worth looking at."""


class Placer:
    """Places edits, as they arrive, where their quotes stand without doubt.

    Models count characters badly but quote well, so the quoted words decide the position: where
    they stand once in the span, or once together with the words given before and after. Words that
    stand nowhere are sought once more with white space and typographic marks taken as equal.
    Anything else is dropped with its reason: a missing suggestion is better than one in the wrong
    place.

    A replacement must also read as proposed whichever suggestions the writer accepts. One that
    would melt into the character beside it (a combining mark, half of a flag) is dropped.
    """

    def __init__(self, content: str, within: Span, limit: int) -> None:
        self._content = content
        self._within = within
        self._limit = limit
        self._boundaries = GraphemeBoundaries(content)
        self._patience = _PATIENCE
        self._placed = PlacedSuggestions(content, self._boundaries)

    def narrow(self, within: Span) -> None:
        """Place what comes from now on in this stretch only."""
        self._within = within

    def place(self, edit: Edit) -> Suggestion | DropReason:
        """Return the edit as a suggestion with a place of its own, or why it has none."""
        self._patience = _PATIENCE
        try:
            found = edit.fault or self._find(edit)
        except _PatienceError:
            return DropReason.AMBIGUOUS
        if isinstance(found, DropReason):
            return found
        return self._refusal(edit, found) or self._accept(edit, found)

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

    def _refusal(self, edit: Edit, span: Span) -> DropReason | None:
        if span.of(self._content) == edit.suggested:
            return DropReason.NO_CHANGE
        if self._placed.overlap(span):
            return DropReason.OVERLAP
        if not self._placed.keep_apart(span, edit.suggested):
            return DropReason.MERGES_GRAPHEME
        return DropReason.LIMIT if len(self._placed) >= self._limit else None

    def _accept(self, edit: Edit, span: Span) -> Suggestion:
        suggestion = Suggestion(
            id=f"sg_{len(self._placed) + 1}",
            original=span.of(self._content),
            suggested=edit.suggested,
            span=span,
            anchor=Anchor.at(span, self._content, self._boundaries),
            explanation=as_writable(edit.explanation),
            category=as_writable(edit.category),
            alternatives=tuple(self._alternatives(edit, span)),
        )
        self._placed.add(suggestion)
        return suggestion

    def _alternatives(self, edit: Edit, span: Span) -> Iterator[str]:
        known = {"", span.of(self._content), edit.original, edit.suggested}
        for text in dict.fromkeys(edit.alternatives):
            is_new = text not in known and is_writable(text)
            if is_new and self._placed.keep_apart(span, text):
                yield text


def _single(spans: Iterator[Span]) -> Span | DropReason | None:
    """Return the one place there is; a second one is a doubt."""
    first = next(spans, None)
    if any(span != first for span in spans):
        return DropReason.AMBIGUOUS
    return first

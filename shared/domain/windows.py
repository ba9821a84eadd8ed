"""Cuts a long text into windows: the part that one call is to edit, and what surrounds it."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from shared.domain.cuts import LINE, PARAGRAPH, SENTENCE, Cuts
from shared.domain.text import Span
from shared.domain.window_budgets import WindowBudget

# Context is looked for no further than this: few tokens are longer than eight characters.
_CHARACTERS_PER_TOKEN = 8

TokenCounts = Callable[[Sequence[str]], Sequence[int]]


@dataclass(frozen=True)
class Window:
    """What one call is about: the part to edit, and the stretch around it that is sent along."""

    part: Span
    context: Span


def windows(
    content: str, within: Span, budget: WindowBudget, count: TokenCounts
) -> tuple[Window, ...]:
    """Return the windows through which a model is to see what it is asked about.

    Their parts are disjoint, in order, and cover `within` exactly. Each ends with a paragraph;
    where one is larger than the budget, with a line, else a sentence, else a word, else a
    character: a single grapheme over the budget is a part of its own. What is least near is left
    out of the context first, by whole sentences where that leaves any. A text that fits into one
    window is given as it is. `count` tells the tokens of texts, never more than they have bytes.
    """
    cutter = _Cutter(content, budget, count)
    if cutter.fits(within, budget.part) and cutter.fits(
        Span(0, len(content)), budget.part + 2 * budget.context
    ):
        return (Window(within, Span(0, len(content))),)
    return tuple(Window(part, cutter.context(part)) for part in cutter.parts(within))


def tokens_saved(content: str, seen: Sequence[Window], count: TokenCounts) -> int:
    """Return how many tokens fewer the windows are than the whole text with each of their parts."""
    whole = Span(0, len(content))
    if all(window.context == whole for window in seen):
        return 0
    sent = count([window.context.of(content) for window in seen])
    return count([content])[0] * len(seen) - sum(sent)


class _Cutter:
    """Cuts one text by one budget."""

    def __init__(self, content: str, budget: WindowBudget, count: TokenCounts) -> None:
        self._content = content
        self._budget = budget
        self._count = count
        self._cuts = Cuts(content)

    def fits(self, span: Span, tokens: int) -> bool:
        """Whether the stretch has no more than so many tokens; a short one is not counted."""
        text = span.of(self._content)
        if len(text) <= tokens and len(text.encode("utf-8", "replace")) <= tokens:
            return True
        return self._count([text])[0] <= tokens

    def parts(self, within: Span) -> Iterator[Span]:
        """Yield as many pieces at a time as the budget holds."""
        pieces = self._pieces(within)
        first = 0
        while first < len(pieces):
            behind, total = first + 1, pieces[first][1]
            while behind < len(pieces) and total + pieces[behind][1] <= self._budget.part:
                total += pieces[behind][1]
                behind += 1
            # Joined, pieces have almost always fewer tokens than apart; but no rule says so.
            while not self._is_part(part := _joined(pieces[first:behind])) and behind > first + 1:
                behind -= 1
            yield part
            first = behind

    def context(self, part: Span) -> Span:
        """Return the part with what surrounds it."""
        reach = self._budget.context * _CHARACTERS_PER_TOKEN
        before = Span(max(0, part.start - reach), part.start)
        after = Span(part.end, min(len(self._content), part.end + reach))
        return Span(self._far_end(before, part.start), self._far_end(after, part.end))

    def _is_part(self, span: Span) -> bool:
        return self.fits(span, self._budget.part)

    def _pieces(self, within: Span) -> list[tuple[Span, int]]:
        """Return pieces that each fit, with their tokens; counted level by level, each at once."""
        settled: list[tuple[Span, int]] = []
        too_large = [within]
        # Sentences by the handful: a text may hold a million of one letter.
        handful = max(1, self._budget.part // _CHARACTERS_PER_TOKEN)
        for end, least in ((PARAGRAPH, 1), (LINE, 1), (SENTENCE, handful)):
            split = partial(self._cuts.split, after=end, least=least)
            pieces = [piece for area in too_large for piece in split(area)]
            too_large = self._settle(pieces, settled)
        while too_large:
            halves = [self._cuts.halve(area) for area in too_large]
            settled += [(pieces[0], self._budget.part) for pieces in halves if len(pieces) == 1]
            pieces = [piece for both in halves if len(both) == 2 for piece in both]
            too_large = self._settle(pieces, settled)
        return sorted(settled)

    def _settle(self, pieces: list[Span], settled: list[tuple[Span, int]]) -> list[Span]:
        """Note the pieces that fit, and return the others."""
        too_large = []
        counts = self._count([piece.of(self._content) for piece in pieces])
        for piece, tokens in zip(pieces, counts, strict=True):
            if tokens <= self._budget.part:
                settled.append((piece, tokens))
            else:
                too_large.append(piece)
        return too_large

    def _far_end(self, area: Span, near: int) -> int:
        """Return how far the context goes into the area; `near` is the part's own end."""
        if area.start == area.end or self._budget.context == 0:
            return near
        for offsets in self._cuts.gentle(area):
            outwards = sorted({*offsets} - {near}, key=lambda at: abs(at - near))
            fitting = bisect_left(outwards, True, key=lambda at: not self._is_context(at, near))
            if fitting:
                return outwards[fitting - 1]
        return near

    def _is_context(self, far: int, near: int) -> bool:
        return self.fits(Span(min(far, near), max(far, near)), self._budget.context)


def _joined(pieces: Sequence[tuple[Span, int]]) -> Span:
    return Span(pieces[0][0].start, pieces[-1][0].end)

"""Cuts the blocks of a document into stretches that one call can work on."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise, takewhile
from typing import NamedTuple

from shared.domain.cuts import LINE, SENTENCE, WORD, Cuts
from shared.domain.sections.blocks import Block
from shared.domain.sections.cut_points import chosen, ranks, spaced
from shared.domain.text import Span
from shared.domain.windows import TokenCounts

# Some 750 words: a model overlooks little in so short a text, a reply about it is done in some
# 8 s, and what one edit makes necessary again costs little.
SECTION_TOKENS = 1000
# A block that is larger is cut. With this a section is still one window of `SUGGESTION_WINDOWS`.
LARGEST_TOKENS = 1400
# Between two cuts, where there is a choice: more than what neighbours see of each other, so that
# they see the same wherever else is cut; and so much that where a cut goes away few take its place.
_LEAST = 600
# What has more characters than this for each token is little but white space.
_MOST_CHARACTERS = 40 * LARGEST_TOKENS
# No text that is taken has as many words; in others the cuts may move.
_MOST_POINTS = 60_000


class _Level(NamedTuple):
    """One way to cut: where, how far apart at least, and what is too large."""

    points: Callable[[Span], Sequence[int]]
    least: int = _LEAST
    most: int = LARGEST_TOKENS


def stretches(content: str, blocks: Sequence[Block], count: TokenCounts) -> list[Span]:
    """Return the stretches in order; they cover the blocks. See `split_blocks` for the rules."""
    return _Cutter(content, blocks, count).stretches()


class _Cutter:
    """Cuts the blocks of one text."""

    def __init__(self, content: str, blocks: Sequence[Block], count: TokenCounts) -> None:
        self._content = content
        self._blocks = blocks
        self._count = count
        self._cuts = Cuts(content)

    def stretches(self) -> list[Span]:
        """Return the stretches, chapter by chapter, each cut no finer than it has to be."""
        apart = self._apart()
        areas = [area for area in self._chapters(apart) if area not in apart]
        for level in self._levels():
            areas = self._cut(areas, level)
        return sorted([*apart, *self._halved(areas)])

    def _apart(self) -> set[Span]:
        """Return what nobody edits and is too large to go with anything else."""
        spans = [block.span for block in self._blocks if not block.is_editable]
        large = self._are_over(spans, LARGEST_TOKENS)
        return {span for span, is_large in zip(spans, large, strict=True) if is_large}

    def _chapters(self, apart: set[Span]) -> Iterator[Span]:
        start = self._blocks[0].span.start
        for before, block in pairwise(self._blocks):
            begins = block.heading and not before.heading
            if begins or block.span in apart or before.span in apart:
                yield Span(start, block.span.start)
                start = block.span.start
        yield Span(start, self._blocks[-1].span.end)

    def _levels(self) -> Iterator[_Level]:
        starts = [*self._starts()]
        yield _Level(partial(_inside, starts), most=SECTION_TOKENS)
        yield _Level(partial(_inside, starts), least=0)
        yield _Level(partial(_inside, [at for block in self._blocks for at in block.parts]))
        for pattern in (LINE, SENTENCE, WORD):
            yield _Level(partial(self._ends, pattern))

    def _starts(self) -> Iterator[int]:
        """Yield where blocks begin; not behind a heading, unless by another in a long row."""
        row = 0
        for before, block in pairwise(self._blocks):
            row = row + before.span.end - before.span.start if before.heading else 0
            if not row or (block.heading and row > LARGEST_TOKENS):
                yield block.span.start

    def _ends(self, pattern: re.Pattern[str], area: Span) -> Sequence[int]:
        """Return where lines, sentences or words end, but for those of its headings."""
        first = bisect_left(self._blocks, area.start, key=lambda block: block.span.start)
        inside = takewhile(lambda block: block.span.start < area.end, self._blocks[first:])
        body = next((block.span.start for block in inside if not block.heading), area.start)
        ends = [*self._cuts.ends(Span(body, area.end), pattern)]
        if len(ends) > _MOST_POINTS:
            split = self._cuts.split(Span(body, area.end), pattern, least=_LEAST)
            ends = [piece.end for piece in split]
        return _inside(ends, area)

    def _cut(self, areas: Sequence[Span], level: _Level) -> list[Span]:
        pieces = []
        for area, is_over in zip(areas, self._are_over(areas, level.most), strict=True):
            pieces += self._pieces(area, level) if is_over else [area]
        return pieces

    def _pieces(self, area: Span, level: _Level) -> list[Span]:
        points = level.points(area)
        if level.least:
            points = spaced(self._content, area, points, level.least)
        texts = [self._content[a:b] for a, b in pairwise([area.start, *points, area.end])]
        cuts = chosen(ranks(self._content, points), self._count(texts), level.most)
        return [
            Span(*ends) for ends in pairwise([area.start, *(points[i] for i in cuts), area.end])
        ]

    def _halved(self, areas: Sequence[Span]) -> list[Span]:
        settled: list[Span] = []
        while areas:
            over = self._are_over(areas, LARGEST_TOKENS)
            halves = [
                self._cuts.halve(area) if is_over else (area,)
                for area, is_over in zip(areas, over, strict=True)
            ]
            settled += [pieces[0] for pieces in halves if len(pieces) == 1]
            areas = [piece for pieces in halves if len(pieces) == 2 for piece in pieces]
        return settled

    def _are_over(self, areas: Sequence[Span], tokens: int) -> list[bool]:
        """Tell which areas have more tokens; the longest need not be counted."""
        long = [area.end - area.start > _MOST_CHARACTERS for area in areas]
        texts = [
            "" if skip else area.of(self._content) for skip, area in zip(long, areas, strict=True)
        ]
        counts = self._count(texts)
        return [skip or count > tokens for skip, count in zip(long, counts, strict=True)]


def _inside(points: Sequence[int], area: Span) -> Sequence[int]:
    return points[bisect_right(points, area.start) : bisect_left(points, area.end)]

"""Cuts a document into the sections that are edited one by one."""

import heapq
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from shared.domain.batches import MOST_SECTIONS
from shared.domain.sections.blocks import Block, has_words
from shared.domain.sections.cut_points import ranks
from shared.domain.sections.stretches import stretches
from shared.domain.text import Span
from shared.domain.windows import TokenCounts


@dataclass(frozen=True)
class Section:
    """A part of a document; where it is not editable there is nothing to ask a model about."""

    span: Span
    is_editable: bool


def split_blocks(
    content: str, within: Span, blocks: Sequence[Block], count: TokenCounts
) -> tuple[Section, ...]:
    """Return sections that are disjoint, in order, and cover `within` exactly.

    Each heading begins one, unless nothing stands between it and the heading before. What stands
    under a heading is one section if it has no more than `SECTION_TOKENS`, else it is cut between
    blocks. Only a block of more than `LARGEST_TOKENS` is cut itself: between items or rows, lines,
    sentences, words. What nobody edits is never cut, and stands apart if it is as large. Where to
    cut is told by the words that stand there, not by what comes before: an edit moves no cuts but
    those beside it. `count` tells the tokens of texts, never more than they have bytes.
    """
    if within.start == within.end:
        return ()
    seen = [_clipped(block, within) for block in blocks if block.span.overlaps(within)]
    if not seen:
        return (Section(within, is_editable=False),)
    spans = _at_most(content, stretches(content, seen, count), MOST_SECTIONS)
    return tuple(_sections(content, spans, seen))


def _clipped(block: Block, within: Span) -> Block:
    if within.contains(block.span):
        return block
    span = _common(block.span, within)
    return replace(block, span=span)


def _at_most(content: str, spans: Sequence[Span], most: int) -> Sequence[Span]:
    """Join neighbours until there are so many; those with the lowest ranks stay apart."""
    if len(spans) <= most:
        return spans
    starts = [span.start for span in spans[1:]]
    kept = heapq.nsmallest(most - 1, zip(ranks(content, starts), starts, strict=True))
    ends = sorted(at for _, at in kept)
    return [Span(*ends) for ends in pairwise([spans[0].start, *ends, spans[-1].end])]


def _sections(content: str, spans: Sequence[Span], blocks: Sequence[Block]) -> Iterator[Section]:
    first = 0
    for span in spans:
        behind = bisect_left(blocks, span.end, lo=first, key=lambda block: block.span.start)
        yield Section(span, _is_editable(content, span, blocks[first:behind]))
        # The last block may go on in the next section.
        first = behind if blocks[behind - 1].span.end == span.end else behind - 1


def _is_editable(content: str, span: Span, blocks: Sequence[Block]) -> bool:
    return any(
        block.is_editable and has_words(_common(block.span, span).of(content)) for block in blocks
    )


def _common(one: Span, other: Span) -> Span:
    return Span(max(one.start, other.start), min(one.end, other.end))

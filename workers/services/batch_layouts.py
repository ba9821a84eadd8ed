"""Where the sections of a batch stand, and what is told of the whole to each of them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from shared.domain.batches import BatchRequest
from shared.domain.prompts import choose_nonce
from shared.domain.protection import merged, protected_spans
from shared.domain.section_prompts import DocumentBrief, Edges
from shared.domain.section_requests import SectionRequest
from shared.domain.sections.borders import beside, seams
from shared.domain.sections.edges import edges
from shared.domain.sections.outlines import outline, title_of
from shared.domain.sections.reading import read_blocks
from shared.domain.sections.splitter import Section, split_blocks
from shared.domain.text import GraphemeBoundaries, OffsetMap, Span
from shared.domain.tokens import count_all
from shared.jobs.batches import SectionSpot
from workers.services.window_prompts import draw_nonce


@dataclass(frozen=True)
class PlannedSection:
    """A section, and whether there is anything in it to be improved."""

    spot: SectionSpot
    request: SectionRequest
    is_editable: bool


@dataclass(frozen=True)
class Layout:
    """The sections in order, and what is told of their document.

    But for the nonce it is the same, whoever makes it of a request, and whenever.
    """

    document: DocumentBrief
    sections: tuple[PlannedSection, ...]


def lay_out(request: BatchRequest, *, model: str) -> Layout:
    """Return the sections that were sent, or those into which the document falls."""
    if request.sections:
        return _layout(request, tuple(_sent(request)))
    blocks = read_blocks(request.content, request.format)
    count = partial(count_all, model=model)
    cut = split_blocks(request.content, request.within, blocks, count)
    title = request.title or title_of(request.content, blocks)
    return _layout(request, tuple(_placed(request, cut)), title, outline(blocks))


def _layout(
    request: BatchRequest, sections: tuple[PlannedSection, ...], title: str = "", lines: str = ""
) -> Layout:
    """Choose a nonce that nothing holds of what is fenced with it."""
    told = "\n".join((title, lines, request.brief, *_texts(sections)))
    nonce = choose_nonce(draw_nonce, told)
    return Layout(DocumentBrief(nonce, title, lines, request.brief), sections)


def _texts(sections: Iterable[PlannedSection]) -> Iterator[str]:
    for one in sections:
        yield from (one.request.content, one.request.edges.before, one.request.edges.after)


def _sent(request: BatchRequest) -> Iterator[PlannedSection]:
    """Yield the sections as the caller cut them: of what surrounds them nothing is known."""
    for n, sent in enumerate(request.sections, start=1):
        offsets = OffsetMap(sent.content, request.offset_encoding)
        spot = SectionSpot(n, sent.custom_id, 0, offsets.encode(len(sent.content)))
        section = SectionRequest(
            sent.content, protected=protected_spans(sent.content, request.format)
        )
        yield PlannedSection(spot, section, not _is_nothing(section))


def _placed(request: BatchRequest, cut: Sequence[Section]) -> Iterator[PlannedSection]:
    content = request.content
    offsets = OffsetMap(content, request.offset_encoding)
    boundaries = GraphemeBoundaries(content)
    protected = _Protected(request)
    for index, part in enumerate(cut):
        span, around = part.span, beside(content, part.span, boundaries)
        frozen = (*protected.touching(span, around), *seams(content, cut, index, boundaries))
        section = SectionRequest(
            span.of(content),
            Edges(*edges(content, cut, index)),
            tuple(_counted_from(span.start, merged(frozen))),
            around,
        )
        spot = SectionSpot(index + 1, None, offsets.encode(span.start), offsets.encode(span.end))
        yield PlannedSection(spot, section, part.is_editable and not _is_nothing(section))


def _counted_from(start: int, spans: Iterable[Span]) -> Iterator[Span]:
    for span in spans:
        yield Span(span.start - start, span.end - start)


class _Protected:
    """What may not change in a document."""

    def __init__(self, request: BatchRequest) -> None:
        self._spans = protected_spans(request.content, request.format)
        self._ends = [span.end for span in self._spans]

    def touching(self, part: Span, around: tuple[str, str]) -> Iterator[Span]:
        """Yield what lies in the part, or reaches into it, as far as what is seen around it.

        What reaches into it lies nowhere within it: it can be no part of what is replaced.
        """
        before, behind = around
        seen = Span(part.start - len(before), part.end + len(behind))
        for index in range(bisect_right(self._ends, part.start), len(self._spans)):
            span = self._spans[index]
            if span.start >= part.end:
                return
            yield Span(max(span.start, seen.start), min(span.end, seen.end))


def _is_nothing(section: SectionRequest) -> bool:
    """Whether nothing in the section is words: then no suggestion could stand anywhere."""
    at = 0
    for span in section.protected:
        if at < span.start and not section.content[at : span.start].isspace():
            return False
        at = span.end
    return not section.content[at:].strip()

"""What stands at the borders of sections: each is edited without sight of what others become."""

from collections.abc import Iterator, Sequence

from shared.domain.sections.splitter import Section
from shared.domain.text import GraphemeBoundaries, Span

# As much as anchors and guards look at. Less than neighbours see of each other in any case, so
# that whoever sees another text beside a section has asked about it anew.
_REACH = 64


def beside(content: str, span: Span, boundaries: GraphemeBoundaries) -> tuple[str, str]:
    """Return what stands right before the span and right behind it.

    In whole characters, but for one that is longer than that.
    """
    ahead = range(max(span.start - _REACH, 0), span.start + 1)
    behind = range(min(span.end + _REACH, len(content)), span.end - 1, -1)
    start = next((at for at in ahead if at in boundaries), ahead[0])
    end = next((at for at in behind if at in boundaries), behind[0])
    return content[start : span.start], content[span.end : end]


def seams(
    content: str, sections: Sequence[Section], index: int, boundaries: GraphemeBoundaries
) -> Iterator[Span]:
    """Yield what a section must leave alone, for it parts its words from those of its neighbours.

    That is the white space at a border, else the character there: no model has seen both sides.
    Each reaches over the border, so that it can never be a part of what is replaced.
    """
    span = sections[index].span
    text = span.of(content)
    if index:
        lead = len(text) - len(text.lstrip())
        if lead or not content[span.start - 1].isspace():
            ends = range(span.start + max(lead, 1), span.end)
            yield Span(span.start - 1, next((at for at in ends if at in boundaries), span.end))
    if index + 1 < len(sections):
        tail = len(text) - len(text.rstrip())
        if tail or not content[span.end].isspace():
            yield Span(boundaries.before(span.end - max(tail, 1) + 1), span.end + 1)

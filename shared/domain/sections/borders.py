"""What stands at the borders of sections: each is edited without sight of what others become."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

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
    content: str, sections: Sequence[Section], boundaries: GraphemeBoundaries
) -> Iterator[Span]:
    """Yield what holds neighbours apart: white space, else the character on either side.

    A suggestion that changed it would join words that no model has seen together.
    """
    for one, other in pairwise(section.span for section in sections):
        start = one.start + len(one.of(content).rstrip())
        end = other.end - len(other.of(content).lstrip())
        if start == end:
            start = boundaries.before(start)
            ends = range(end + 1, other.end)
            end = next((at for at in ends if at in boundaries), other.end)
        yield Span(start, end)

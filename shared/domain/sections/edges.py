"""What a section's neighbours show of themselves."""

from collections.abc import Sequence

from shared.domain.cuts import SENTENCE, WORD, Cuts
from shared.domain.sections.splitter import Section
from shared.domain.text import GraphemeBoundaries, Span

# Some 60 tokens, two sentences: enough for a pronoun or a tense, and so little that hardly an edit
# in a neighbour is seen. Cuts stand farther apart than this.
LONGEST_EDGE = 240
_LEAST = LONGEST_EDGE // 3


def edges(content: str, sections: Sequence[Section], index: int) -> tuple[str, str]:
    """Return the end of the section before and the beginning of the one behind; empty for none.

    Each is cut where a sentence begins or ends, else at a word, and never goes beyond its section:
    an edit is seen in its own section and in the two beside it at most. What stands there is shown
    whether it can be edited or not: a text may well go on with words about a table or some code.
    """
    before = _tail(content, sections[index - 1].span) if index else ""
    behind = _head(content, sections[index + 1].span) if index + 1 < len(sections) else ""
    return before, behind


def _tail(content: str, span: Span) -> str:
    if span.end - span.start <= LONGEST_EDGE:
        return span.of(content).strip()
    text = content[span.end - LONGEST_EDGE : span.end]
    for pattern in (SENTENCE, WORD):
        for cut in Cuts(text).ends(Span(0, len(text)), pattern):
            if cut <= len(text) - _LEAST:
                return text[cut:].strip()
    return text[_boundary_behind(text) :].strip()


def _head(content: str, span: Span) -> str:
    if span.end - span.start <= LONGEST_EDGE:
        return span.of(content).strip()
    text = content[span.start : span.start + LONGEST_EDGE]
    for pattern in (SENTENCE, WORD):
        cut = max(Cuts(text).ends(Span(0, len(text)), pattern), default=0)
        if cut >= _LEAST:
            return text[:cut].strip()
    return text[: GraphemeBoundaries(text).before(len(text))].strip()


def _boundary_behind(text: str) -> int:
    boundaries = GraphemeBoundaries(text)
    return next(at for at in range(1, len(text) + 1) if at in boundaries)

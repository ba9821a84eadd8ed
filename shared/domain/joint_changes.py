"""Changes taken together: what does no harm by itself may do some beside another one."""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator

from shared.domain.suggestions import Suggestion
from shared.domain.text import Span

# How many on each side are looked at, and how far away they may be, in code points.
_MOST = 2
_REACH = 1000
_PARAGRAPH_BREAK = re.compile(r"(?:\r\n?+|\n)[ \t]*+[\r\n]")
_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")


class JointChanges:
    """What a change and the suggestions of its paragraph make of the text between them."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._placed: list[tuple[Span, tuple[str, ...]]] = []

    def add(self, suggestion: Suggestion) -> None:
        texts = (suggestion.suggested, *suggestion.alternatives)
        self._placed.insert(bisect(self._placed, (suggestion.span,)), (suggestion.span, texts))

    def with_others(self, span: Span, suggested: str) -> Iterator[tuple[Span, str]]:
        """Yield the change as one with each suggestion near it, and with all of them.

        But for two that give letters for letters: those make nothing new together.
        """
        near = [*self._near(span)]
        are_words = self._are_words(span, suggested)
        for other, texts in near:
            for text in texts:
                if not (are_words and self._are_words(other, text)):
                    yield self._joined([(span, suggested), (other, text)])
        if len(near) > 1:
            yield self._joined([(span, suggested), *((one, texts[0]) for one, texts in near)])

    def _near(self, span: Span) -> Iterator[tuple[Span, tuple[str, ...]]]:
        at = bisect(self._placed, (span,))
        for placed in self._placed[max(at - _MOST, 0) : at + _MOST]:
            left, right = sorted((placed[0], span))
            if self._is_one_paragraph(left.end, right.start):
                yield placed

    def _is_one_paragraph(self, start: int, end: int) -> bool:
        return end - start <= _REACH and not _PARAGRAPH_BREAK.search(self._content, start, end)

    def _are_words(self, span: Span, suggested: str) -> bool:
        return all(map(_WORDS.fullmatch, (span.of(self._content), suggested)))

    def _joined(self, changes: Iterable[tuple[Span, str]]) -> tuple[Span, str]:
        pieces: list[str] = []
        first, *others = sorted(changes)
        start, at = first[0].start, first[0].end
        pieces.append(first[1])
        for span, text in others:
            pieces += (self._content[at : span.start], text)
            at = span.end
        return Span(start, at), "".join(pieces)

"""Finds the paragraphs of a plain text."""

import re
from collections.abc import Iterable, Iterator

from shared.domain.sections.blocks import Block, BlockKind, Draft, has_words, tiled

_BLANK_LINES = re.compile(r"(?>\r\n?|\n)(?:[^\S\r\n]*+(?>\r\n?|\n))++")


# Of a million paragraphs some are taken together, as many as have this many characters.
_MOST_PARAGRAPHS = 60_000
_LEAST_OF_MANY = 320


def text_blocks(content: str) -> Iterator[Block]:
    """Yield the paragraphs in order; blank lines part them, whichever line ends they have."""
    ends = [*(blank.end() for blank in _BLANK_LINES.finditer(content)), len(content)]
    least = _LEAST_OF_MANY if len(ends) > _MOST_PARAGRAPHS else 1
    return tiled(_paragraphs(content, ends, least), len(content))


def _paragraphs(content: str, ends: Iterable[int], least: int) -> Iterator[Draft]:
    start = 0
    for end in ends:
        if end - start < least and end < len(content):
            continue
        text = content[start:end]
        if text.strip():
            yield Draft(start, BlockKind.PARAGRAPH, has_words(text))
        start = end

"""Finds the paragraphs of a plain text."""

import re
from collections.abc import Iterator

from shared.domain.sections.blocks import Block, BlockKind, Draft, has_words, tiled

_BLANK_LINES = re.compile(r"(?>\r\n?|\n)(?:[^\S\r\n]*+(?>\r\n?|\n))++")


def text_blocks(content: str) -> Iterator[Block]:
    """Yield the paragraphs in order; blank lines part them, whichever line ends they have."""
    return tiled(_paragraphs(content), len(content))


def _paragraphs(content: str) -> Iterator[Draft]:
    start = 0
    for end in (*(blank.end() for blank in _BLANK_LINES.finditer(content)), len(content)):
        text = content[start:end]
        if text.strip():
            yield Draft(start, BlockKind.PARAGRAPH, has_words(text))
        start = end

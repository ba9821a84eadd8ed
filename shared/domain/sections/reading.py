"""Reads a document of any format as blocks."""

import re

from shared.domain.sections.blocks import Block
from shared.domain.sections.html_blocks import html_blocks
from shared.domain.sections.markdown_blocks import markdown_blocks
from shared.domain.sections.text_blocks import text_blocks
from shared.domain.text import TextFormat

# Reading costs some 25 us for each word, tag or cell, and no text that is taken has as many.
_MOST_PIECES = 60_000
_TAG = re.compile("<[A-Za-z/!?]")
_WORD = re.compile(r"\S+")


def read_blocks(content: str, format: TextFormat) -> tuple[Block, ...]:
    """Return the blocks of the text, in order; they cover it, unless it is blank.

    What is little but markup is read as a plain text.
    """
    if format is TextFormat.MARKDOWN and not _has_many(content, _WORD, "|"):
        return tuple(markdown_blocks(content))
    if format is TextFormat.HTML and not _has_many(content, _TAG, "\0"):
        return tuple(html_blocks(content))
    return tuple(text_blocks(content))


def _has_many(content: str, piece: re.Pattern[str], sign: str) -> bool:
    pieces = sum(1 for _ in piece.finditer(content))
    return pieces + content.count(sign) > _MOST_PIECES

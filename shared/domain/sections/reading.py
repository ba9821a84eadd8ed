"""Reads a document of any format as blocks."""

import re

from shared.domain.sections.blocks import Block, BlockKind
from shared.domain.sections.html_blocks import html_blocks
from shared.domain.sections.markdown_blocks import markdown_blocks
from shared.domain.sections.text_blocks import text_blocks
from shared.domain.text import Span, TextFormat

# Reading costs some 25 us for each word or cell of Markdown, 10 us for each tag of HTML. No text
# that is taken has so many words.
_MOST_WORDS = 60_000
_MOST_TAGS = 150_000
_TAG = re.compile("<[A-Za-z/!?]")
_WORD = re.compile(r"\S+")


def read_blocks(content: str, format: TextFormat) -> tuple[Block, ...]:
    """Return the blocks of the text, in order; they cover it, unless it is blank.

    Markdown with more words or cells than it can have is read as plain text; HTML that is little
    but tags is one block without anything to edit.
    """
    if format is TextFormat.MARKDOWN and _count(_WORD, content) + content.count("|") <= _MOST_WORDS:
        return tuple(markdown_blocks(content))
    if format is not TextFormat.HTML:
        return tuple(text_blocks(content))
    if _count(_TAG, content) <= _MOST_TAGS:
        return tuple(html_blocks(content))
    return (Block(Span(0, len(content)), BlockKind.HTML, is_editable=False),)


def _count(piece: re.Pattern[str], content: str) -> int:
    return sum(1 for _ in piece.finditer(content))

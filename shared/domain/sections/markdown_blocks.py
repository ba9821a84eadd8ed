"""Finds the blocks of Markdown, by its parser."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape

from markdown_it.token import Token

from shared.domain.markup.markdown import block_tokens
from shared.domain.sections.blocks import (
    Block,
    BlockKind,
    Draft,
    Heading,
    has_words,
    heading_of,
    tiled,
)

_LINE_END = re.compile(r"\r\n?|\n")
_KINDS = {
    "heading_open": BlockKind.HEADING,
    "bullet_list_open": BlockKind.LIST,
    "ordered_list_open": BlockKind.LIST,
    "table_open": BlockKind.TABLE,
    "blockquote_open": BlockKind.QUOTE,
    "alert_open": BlockKind.QUOTE,
    "fence": BlockKind.CODE,
    "code_block": BlockKind.CODE,
    "math_block": BlockKind.CODE,
    "hr": BlockKind.RULE,
    "html_block": BlockKind.HTML,
}
# Where a list or a table may be cut, and how deep in it such a part stands.
_PARTS = {"list_item_open": 1, "tr_open": 2}

_LONGEST_SOURCE = 1000
_LINK = re.compile(r"!?\[([^\[\]]*+)\](?:\([^()]*+\)|\[[^\[\]]*+\])")
_TAG = re.compile(r"</?[A-Za-z][^<>]*+>")
_MARKS = re.compile(r"\\([!-/:-@\[-`{-~])|[*`~]+|(?<!\w)_+|_+(?!\w)")


def markdown_blocks(content: str) -> Iterator[Block]:
    """Yield the blocks that stand in no other, in order.

    What the parser keeps to itself, definitions of links, is a block of its own.
    """
    begin, tokens = block_tokens(content)
    lines = [begin, *(end.end() for end in _LINE_END.finditer(content, begin)), len(content)]
    has_front = content[:begin].strip("\ufeff \t\r\n")
    front = [Draft(0, BlockKind.FRONT_MATTER)] if has_front else []
    return tiled([*front, *_drafts(tokens, content, lines)], len(content))


def _drafts(tokens: Iterable[Token], content: str, lines: Sequence[int]) -> Iterator[Draft]:
    """Yield each block that stands in no other, by the lines of its tokens."""
    number = 0
    for block in _top_level(tokens):
        places = [token.map for token in block if token.map]
        if not places:
            continue
        start, end = places[0][0], max(last for _, last in places)
        yield from _definitions(content, lines, number, start)
        number = end
        yield _draft(block, lines)
    yield from _definitions(content, lines, number, len(lines) - 1)


def _top_level(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    block: list[Token] = []
    depth = 0
    for token in tokens:
        block.append(token)
        depth += token.nesting
        if depth == 0:
            yield block
            block = []


def _draft(block: Sequence[Token], lines: Sequence[int]) -> Draft:
    first = next(token.map[0] for token in block if token.map)
    draft = Draft(lines[first], _KINDS.get(block[0].type, BlockKind.PARAGRAPH))
    for token in block:
        if token.map is None:
            continue
        if token.type == "inline":
            draft.is_editable = draft.is_editable or has_words(token.content)
        elif _PARTS.get(token.type) == token.level and token.map[0] > first:
            draft.parts.append(lines[token.map[0]])
    if draft.kind is BlockKind.HEADING:
        draft.heading = _heading(int(block[0].tag[1:]), block[1].content)
    return draft


def _definitions(content: str, lines: Sequence[int], start: int, end: int) -> Iterator[Draft]:
    """Yield what stands in lines that are in no block, unless they are blank."""
    for number in range(start, end):
        if content[lines[number] : lines[number + 1]].strip("\ufeff \t\r\n"):
            yield Draft(lines[number], BlockKind.DEFINITION)
            return


def _heading(level: int, source: str) -> Heading:
    words = _TAG.sub("", _LINK.sub(r"\1", source[:_LONGEST_SOURCE]))
    return heading_of(level, unescape(_MARKS.sub(r"\1", words)))

"""Lets markdown-it say where in the text each inline text of a block comes from.

A block's inline text is put together from the ends of its lines, without quote marks and indents.
Each rule is asked, while it knows the lines, where those ends begin; the text there is compared
once more, and what does not agree has no place at all.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from markdown_it import MarkdownIt
from markdown_it.common.utils import MD_TRIM_CHARS
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock, heading, lheading, paragraph, table
from markdown_it.token import Token

_CELL_END = re.compile(r"(?<!\\)\|")
_LINES = "copydesk:lines"

# The offset in the inline text, the offset in the source, and the length of each line.
_Lines = list[tuple[int, int, int]]
_Locate = Callable[[StateBlock, int, list[Token]], None]


def trace_lines(md: MarkdownIt) -> None:
    """Have the parser keep, with each inline text, where it comes from."""
    breaks_paragraph = ["paragraph", "reference"]
    for rule, locate, breaks in (
        (table, _locate_cells, breaks_paragraph),
        (heading, _locate_title, [*breaks_paragraph, "blockquote"]),
        (lheading, _locate_lines, []),
        (paragraph, _locate_lines, []),
    ):
        md.block.ruler.at(rule.__name__, _traced(rule, locate), {"alt": breaks})


def sources(token: Token, words: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where stretches of the token's inline text, in order, stand in the source.

    A line break does if nothing stands between it and the next line's words.
    """
    lines: _Lines = token.meta.get(_LINES, [])
    at = 0
    for start, end in words if lines else ():
        while start > lines[at][0] + lines[at][2]:
            at += 1
        inner, source, length = lines[at]
        is_break = start == inner + length
        if not is_break or lines[at + 1][:2] == (end, source + length + 1):
            yield source + start - inner, source + end - inner


def _traced(rule: RuleFuncBlockType, locate: _Locate) -> RuleFuncBlockType:
    def traced(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        known = len(state.tokens)
        found = rule(state, start, end, silent)
        if found and not silent:
            locate(state, start, state.tokens[known:])
        return found

    return traced


def _locate_lines(state: StateBlock, start: int, tokens: list[Token]) -> None:
    token = tokens[1]
    lines: _Lines = []
    inner = 0
    for number, line in enumerate(token.content.split("\n"), start):
        text = line.lstrip(" \t")
        source = _first_word(state, number)
        if number == start:
            source = _skip_space(state.src, source)
        if not state.src.startswith(text, source):
            return
        lines.append((inner + len(line) - len(text), source, len(text)))
        inner += len(line) + 1
    token.meta[_LINES] = lines


def _locate_title(state: StateBlock, start: int, tokens: list[Token]) -> None:
    marker, token = tokens[0].markup, tokens[1]
    source = _skip_space(state.src, _first_word(state, start) + len(marker))
    if state.src.startswith(token.content, source):
        token.meta[_LINES] = [(0, source, len(token.content))]


def _locate_cells(state: StateBlock, _start: int, tokens: list[Token]) -> None:
    cells: Iterator[tuple[int, str]] = iter(())
    for token in tokens:
        if token.type == "tr_open" and token.map:
            cells = _cells(state, token.map[0])
        elif token.type == "inline":
            source, text = next(cells, (0, ""))
            # A cell with `\|` in it reads otherwise than it is written.
            if text == token.content:
                token.meta[_LINES] = [(0, source, len(text))]


def _cells(state: StateBlock, number: int) -> Iterator[tuple[int, str]]:
    """Yield the cells of a row, each with its place, as the parser divides it."""
    start = _skip_space(state.src, _first_word(state, number))
    row = state.src[start : state.eMarks[number]].rstrip(MD_TRIM_CHARS)
    ends = [*(found.start() for found in _CELL_END.finditer(row)), len(row)]
    begins = [0, *(end + 1 for end in ends[:-1])]
    spans = list(zip(begins, ends, strict=True))
    if spans[0][1] == 0:
        del spans[0]
    for begin, end in spans:
        source = _skip_space(state.src, start + begin, start + end)
        yield source, row[source - start : end].rstrip(MD_TRIM_CHARS)


def _first_word(state: StateBlock, number: int) -> int:
    return state.bMarks[number] + state.tShift[number]


def _skip_space(text: str, at: int, end: int | None = None) -> int:
    while at < (len(text) if end is None else end) and text[at] in MD_TRIM_CHARS:
        at += 1
    return at

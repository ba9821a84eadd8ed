"""What a document is about: its title, and its headings."""

import re
from collections.abc import Sequence
from itertools import accumulate

from shared.domain.sections.blocks import Block, BlockKind, Heading, heading_of

# Some 600 tokens.
_MOST_CHARACTERS = 2400
_LEFT_OUT = "\u2026"
_TITLE = re.compile(r"""^title[ \t]*[:=][ \t]*(["']?)([^\r\n]*?)\1[ \t]*\r?$""", re.MULTILINE)


def outline(blocks: Sequence[Block]) -> str:
    """Return the headings, one a line, each indented by its level; empty where there are none.

    Where they are too many the lowest levels are left out, and at last the middle.
    """
    headings = [block.heading for block in blocks if block.heading and block.heading.text]
    levels = sorted({heading.level for heading in headings})
    lines = _lines(headings)
    while len(levels) > 1 and _length(lines) > _MOST_CHARACTERS:
        deepest = levels.pop()
        lines = _lines([heading for heading in headings if heading.level < deepest])
    return "\n".join(_without_middle(lines))


def title_of(content: str, blocks: Sequence[Block]) -> str:
    """Return what the document calls itself: its front matter's title, else its first main heading.

    Empty where it has neither.
    """
    for block in blocks:
        if block.kind is BlockKind.FRONT_MATTER:
            found = _TITLE.search(block.span.of(content))
            if found and found[2].strip():
                return heading_of(1, found[2]).text
        if block.heading and block.heading.level == 1 and block.heading.text:
            return block.heading.text
    return ""


def _lines(headings: Sequence[Heading]) -> list[str]:
    top = min((heading.level for heading in headings), default=0)
    return ["  " * (heading.level - top) + heading.text for heading in headings]


def _length(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _without_middle(lines: Sequence[str]) -> Sequence[str]:
    """Leave as many lines at either end as there is room for."""
    if _length(lines) <= _MOST_CHARACTERS:
        return lines
    room = (_MOST_CHARACTERS - len(_LEFT_OUT) - 1) // 2
    begin = sum(total <= room for total in accumulate(len(line) + 1 for line in lines))
    end = sum(total <= room for total in accumulate(len(line) + 1 for line in reversed(lines)))
    return [*lines[:begin], _LEFT_OUT, *lines[len(lines) - end :]]

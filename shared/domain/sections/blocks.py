"""What a document consists of: headings, paragraphs, lists and the like, one behind the other."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from shared.domain.text import Span

# Entities are no words: `&nbsp;` alone is an empty paragraph.
_WORDLESS = re.compile(r"(?:&#?\w++;|\W)*+")
_LONGEST_HEADING = 200


class BlockKind(StrEnum):
    """What a block is to its reader."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    QUOTE = "quote"
    CODE = "code"
    RULE = "rule"
    HTML = "html"
    DEFINITION = "definition"
    FRONT_MATTER = "front matter"


@dataclass(frozen=True)
class Heading:
    """A heading as its reader sees it; the words are the writer's, whatever they say."""

    level: int
    text: str


@dataclass(frozen=True)
class Block:
    """A stretch of a document, with the blank space behind it.

    `is_editable` is false where there is no word that a suggestion may touch. `parts` are the
    offsets at which a list or a table can be cut: where each item or row begins, but the first.
    """

    span: Span
    kind: BlockKind
    is_editable: bool
    heading: Heading | None = None
    parts: tuple[int, ...] = ()


@dataclass
class Draft:
    """A block that is being read: where it ends is not known yet."""

    start: int
    kind: BlockKind
    is_editable: bool = False
    heading: Heading | None = None
    parts: list[int] = field(default_factory=list)


def tiled(drafts: Iterable[Draft], length: int) -> Iterator[Block]:
    """Yield the blocks, each up to the next; they cover a text of this length."""
    at, current = 0, None
    for draft in drafts:
        if current:
            yield _block(current, Span(at, draft.start))
            at = draft.start
        current = draft
    if current:
        yield _block(current, Span(at, length))


def has_words(text: str) -> bool:
    """Whether there is anything to edit: a letter, or a figure."""
    found = _WORDLESS.match(text)
    return found is not None and found.end() < len(text)


def heading_of(level: int, text: str) -> Heading:
    """Return the heading in one line of no great length."""
    return Heading(level, " ".join(text.split())[:_LONGEST_HEADING])


def _block(draft: Draft, span: Span) -> Block:
    return Block(span, draft.kind, draft.is_editable, draft.heading, tuple(draft.parts))

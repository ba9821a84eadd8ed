"""Finds the blocks of HTML, by its tags."""

from collections.abc import Iterator
from html import unescape

from shared.domain.markup.html import Markup, html_markup
from shared.domain.sections.blocks import Block, BlockKind, Draft, has_words, heading_of, tiled
from shared.domain.text import GraphemeBoundaries

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_KINDS = {
    **dict.fromkeys(_HEADINGS, BlockKind.HEADING),
    **dict.fromkeys(("address", "figure", "p", "summary", "title"), BlockKind.PARAGRAPH),
    **dict.fromkeys(("dl", "menu", "ol", "ul"), BlockKind.LIST),
    **dict.fromkeys(("iframe", "script", "style", "template", "textarea"), BlockKind.HTML),
    "table": BlockKind.TABLE,
    "blockquote": BlockKind.QUOTE,
    "pre": BlockKind.CODE,
    "hr": BlockKind.RULE,
}
# Only around blocks, never one themselves: a tag that opens goes with what follows it.
_GROUPS = frozenset(
    [
        *("article", "aside", "body", "center", "details", "dialog", "div", "fieldset", "footer"),
        *("form", "head", "header", "hgroup", "html", "main", "nav", "section"),
    ]
)
_EMPTY = frozenset({"base", "br", "link", "meta"})
_PARTS = {"dl": "dt", "menu": "li", "ol": "li", "table": "tr", "ul": "li"}
# The next block ends these, whether their end tag is there or not.
_SHORT = frozenset({*_HEADINGS, "p", "summary", "title"})


def html_blocks(content: str) -> Iterator[Block]:
    """Yield the blocks in order: elements that are blocks to a reader, and text between such.

    Of blocks in blocks only the outermost counts, but for elements that merely group others.
    """
    boundaries = GraphemeBoundaries(content)
    drafts = [draft for draft in _Reader(content).drafts() if draft.start in boundaries]
    return tiled(drafts, len(content))


class _Reader:
    """Reads one text from tag to tag."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._done: list[Draft] = []
        self._block: Draft | None = None
        # Where the tags begin that go with the next block.
        self._lead: int | None = None
        # The element that the block is, empty for text that stands in none, and how many of the
        # same name and how many that group others are open in it.
        self._element = ""
        self._depth = self._groups = 0
        self._title: list[str] = []

    def drafts(self) -> list[Draft]:
        """Return the blocks."""
        at, hidden = 0, False
        for markup in html_markup(self._content):
            self._read_text(at, markup.start, hidden)
            if markup.tag.startswith("/"):
                self._read_end(markup.tag[1:])
            elif markup.tag:
                self._read_start(markup)
            elif not self._block:
                self._begin(markup.start, "", BlockKind.HTML)
                self._end()
            at, hidden = markup.end, markup.hides
        self._read_text(at, len(self._content), hidden)
        self._end()
        return self._done

    def _read_text(self, start: int, end: int, hidden: bool) -> None:
        text = self._content[start:end]
        if not text or text.isspace():
            return
        block = self._block or self._begin(start, "")
        block.is_editable = block.is_editable or (not hidden and has_words(text))
        if self._element in _HEADINGS:
            self._title.append(text)

    def _read_start(self, markup: Markup) -> None:
        name = markup.tag
        if self._element and not self._ends_at(name):
            self._read_inside(markup)
        elif name in _GROUPS:
            self._end()
            self._lead = markup.start if self._lead is None else self._lead
        elif name in _KINDS:
            self._end()
            self._begin(markup.start, name, _KINDS[name])
            if name == "hr":
                self._end()
        elif not self._block and name not in _EMPTY:
            self._begin(markup.start, "")

    def _ends_at(self, name: str) -> bool:
        """Whether the element has ended where this one begins, whatever its end tag says."""
        if name in _GROUPS:
            return self._element == "p"
        return self._element in _SHORT and _KINDS.get(name, BlockKind.HTML) is not BlockKind.HTML

    def _read_inside(self, markup: Markup) -> None:
        name = markup.tag
        if name == self._element:
            self._depth += 1
        elif name in _GROUPS:
            self._groups += 1
        elif self._block and self._depth == 1 and name == _PARTS.get(self._element):
            self._block.parts.append(markup.start)

    def _read_end(self, name: str) -> None:
        if self._element and name == self._element:
            self._depth -= 1
            if not self._depth:
                self._end()
        elif name in _GROUPS and self._element != "table":
            if not self._groups:
                self._end()
            self._groups = max(0, self._groups - 1)

    def _begin(self, start: int, element: str, kind: BlockKind = BlockKind.PARAGRAPH) -> Draft:
        self._block = Draft(start if self._lead is None else self._lead, kind)
        self._lead, self._element, self._depth, self._groups = None, element, 1, 0
        return self._block

    def _end(self) -> None:
        if self._block and self._element in _HEADINGS:
            level, words = _HEADINGS[self._element], unescape("".join(self._title))
            self._block.heading = heading_of(level, words)
            self._title.clear()
        if self._block:
            # No list is cut in front of its first item, which its start tag belongs to.
            del self._block.parts[:1]
            self._done.append(self._block)
        self._block, self._element = None, ""

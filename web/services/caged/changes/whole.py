"""Marks blocks that go or come as a whole, with all that stands in them."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from web.services.caged.changes.boxes import boxes_of
from web.services.caged.changes.leaves import WHOLE, Leaf, Mark, Node, code_leaves, leaves, tree

# How pandoc sets a block of code; in a `CodeBlock` itself nothing can be marked.
_CODE = ["", [], [["custom-style", "Source Code"]]]
_RULE = (
    '<w:p><w:{mark} w:id="0" w:author="{author}" w:date="{date}"><w:r><w:pict>'
    '<v:rect style="width:0;height:1.5pt" o:hralign="center" o:hrstd="t" o:hr="t" />'
    "</w:pict></w:r></w:{mark}></w:p>"
)
_MARKS = {"deletion": "del", "insertion": "ins"}


@dataclass(frozen=True)
class Stamp:
    """Who made the changes, and when."""

    author: str
    date: str

    def inlines(self, kind: str, row: list[Leaf]) -> list[Node]:
        """Return the whole of a paragraph as deleted or inserted."""
        mark = Mark(kind, is_whole=True)
        return tree([(mark, leaf) for leaf in row], self.author, self.date)

    def rule(self, kind: str) -> Node:
        """Return a line across the page as deleted or inserted; pandoc has no signs for that."""
        who = self.author + WHOLE
        text = _RULE.format(mark=_MARKS[kind], author=who, date=self.date)
        return {"t": "RawBlock", "c": ["openxml", text]}


def code_block(inlines: list[Node]) -> Node:
    """Return a block of code parts of which are marked."""
    return {"t": "Div", "c": [_CODE, [{"t": "Para", "c": inlines}]]}


def marked_whole(node: Node, kind: str, stamp: Stamp) -> Node:
    """Return the block as deleted or inserted, paragraph by paragraph."""
    if node["t"] == "HorizontalRule":
        return stamp.rule(kind)
    if node["t"] == "CodeBlock":
        return code_block(stamp.inlines(kind, list(code_leaves(node["c"]))))
    if node["t"] == "LineBlock":
        return {"t": "Para", "c": stamp.inlines(kind, list(_lines(node["c"])))}
    marked = deepcopy(node)
    content: Any = marked.get("c")
    if node["t"] in ("Para", "Plain"):
        marked["c"] = stamp.inlines(kind, list(leaves(content)))
    elif node["t"] == "Header":
        content[2] = stamp.inlines(kind, list(leaves(content[2])))
    else:
        _mark_inside(marked, kind, stamp)
    return marked


def _lines(lines: list[list[Node]]) -> Any:
    for number, line in enumerate(lines):
        if number:
            yield Leaf((), "LineBreak")
        yield from leaves(line)


def _mark_inside(node: Node, kind: str, stamp: Stamp) -> None:
    if node["t"] == "DefinitionList":
        for term in node["c"]:
            term[0] = stamp.inlines(kind, list(leaves(term[0])))
    for box in boxes_of(node):
        box[:] = [marked_whole(one, kind, stamp) for one in box]

"""The words of a paragraph in pandoc's document tree, in a row, and back into a tree."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

Node = dict[str, Any]

WORD, BREAK = "Str", "LineBreak"
SPACES = frozenset({"Space", "SoftBreak", BREAK})
_STYLES = {"Emph", "Strong", "Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps"}
_QUOTES = {"SingleQuote": ("\u2018", "\u2019"), "DoubleQuote": ("\u201c", "\u201d")}
_OTHER = ""
KEPT, DELETION, INSERTION = "kept", "deletion", "insertion"
# Behind the author's name until the paragraph itself is marked, which pandoc does not do.
WHOLE = " (whole paragraph)"


class Leaf(NamedTuple):
    """A word, a space, or what cannot be taken apart; around it are wrappers, as JSON.

    The kind of code is the node that it stood in, without its text.
    """

    within: tuple[str, ...]
    kind: str
    text: str = ""

    @property
    def is_divisible(self) -> bool:
        """Whether each part of its text can stand by itself."""
        return self.kind not in SPACES and self.kind != _OTHER


class Mark(NamedTuple):
    """What becomes of some leaves; `number` tells changes apart that stand side by side.

    `is_whole` says that the paragraph goes or comes with them.
    """

    kind: str
    number: int = 0
    is_whole: bool = False


Marked = tuple[Mark, Leaf]


def leaves(inlines: Iterable[Node], within: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Yield what stands in a paragraph; quotation marks that pandoc would set are words too."""
    for node in inlines:
        kind = node["t"]
        content: Any = node.get("c")
        if kind == WORD:
            yield Leaf(within, WORD, content)
        elif kind in SPACES:
            yield Leaf(within, kind)
        elif kind == "Code":
            yield from code_leaves(content, within)
        elif kind == "Quoted":
            opening, closing = _QUOTES[content[0]["t"]]
            yield Leaf(within, WORD, opening)
            yield from leaves(content[1], within)
            yield Leaf(within, WORD, closing)
        elif kind in _STYLES:
            yield from leaves(content, (*within, _emptied(node, None)))
        elif kind in {"Link", "Span"}:
            yield from leaves(content[1], (*within, _emptied(node, 1)))
        else:
            yield Leaf(within, _OTHER, _packed(node))


def code_leaves(content: Any, within: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Yield code line by line: between marks pandoc would lose an end of a line."""
    attributes, text = content
    kind = _packed({"t": "Code", "c": [attributes, ""]})
    for number, line in enumerate(text.removesuffix("\n").split("\n")):
        if number:
            yield Leaf(within, BREAK)
        if line:
            yield Leaf(within, kind, line)


def joined(row: Iterable[Leaf]) -> tuple[Leaf, ...]:
    """Return the row as it reads: words that touch are one."""
    whole: list[Leaf] = []
    for leaf in row:
        if whole and leaf.is_divisible and whole[-1][:2] == leaf[:2]:
            whole[-1] = leaf._replace(text=whole[-1].text + leaf.text)
        else:
            whole.append(leaf)
    return tuple(whole)


def tree(row: Iterable[Marked], author: str, date: str) -> list[Node]:
    """Return the row as inlines, its changes as the spans of which pandoc makes tracked ones.

    A link cannot stand inside a change, so changes stand inside links, and around all else.
    """
    return list(_tree([(_path(mark, leaf, author, date), leaf) for mark, leaf in row]))


def _tree(row: Iterable[tuple[Sequence[str], Leaf]]) -> Iterator[Node]:
    for outermost, group in groupby(row, key=lambda one: one[0][:1]):
        if not outermost:
            yield from (_node(leaf) for _, leaf in group)
        else:
            yield _filled(outermost[0], list(_tree([(path[1:], leaf) for path, leaf in group])))


def _path(mark: Mark, leaf: Leaf, author: str, date: str) -> tuple[str, ...]:
    links = tuple(one for one in leaf.within if _is_link(one))
    others = tuple(one for one in leaf.within if not _is_link(one))
    if mark.kind == KEPT:
        return links + others
    who = f"{author}{WHOLE}" if mark.is_whole else author
    said = [["author", who], ["date", date], ["number", str(mark.number)]]
    span = {"t": "Span", "c": [["", [mark.kind], said], []]}
    return (*links, _packed(span), *others)


def _is_link(wrapper: str) -> bool:
    return bool(json.loads(wrapper)["t"] == "Link")


def _node(leaf: Leaf) -> Node:
    if leaf.kind == WORD:
        return {"t": WORD, "c": leaf.text}
    if leaf.kind in SPACES:
        return {"t": leaf.kind}
    if leaf.kind == _OTHER:
        found: Node = json.loads(leaf.text)
        return found
    code: Node = json.loads(leaf.kind)
    code["c"][1] = leaf.text
    return code


def _emptied(node: Node, at: int | None) -> str:
    content: Any = []
    if at is not None:
        content = list(node["c"])
        content[at] = []
    return _packed({"t": node["t"], "c": content})


def _filled(wrapper: str, inlines: list[Node]) -> Node:
    node: Node = json.loads(wrapper)
    if node["t"] in _STYLES:
        return {"t": node["t"], "c": inlines}
    node["c"][1] = inlines
    return node


def _packed(node: Node) -> str:
    return json.dumps(node, sort_keys=True)

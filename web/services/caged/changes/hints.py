"""Reads from a text with signs in it where each change stands.

In such a text the old words and the new ones stand side by side: `⟦old|new⟧`. Signs may change what
the text around them means, so nothing of it is used but where the words with and without the
changes are those of the two texts.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from web.services.caged.changes.alignment import stretches
from web.services.caged.changes.leaves import (
    DELETION,
    INSERTION,
    KEPT,
    SPACES,
    Leaf,
    Mark,
    Marked,
    Node,
    code_leaves,
    joined,
    leaves,
)

Row = tuple[Leaf, ...]
_NEXT = {KEPT: DELETION, DELETION: INSERTION, INSERTION: KEPT}
_INLINES = {"Para", "Plain"}


class Hints:
    """Where the changes stand in a paragraph, by what it says before and after them."""

    def __init__(self, signed: Any, signs: str) -> None:
        self._rows: dict[tuple[Row, Row], list[Marked]] = {}
        self._becomes: dict[Row, Row] = {}
        for row in _paragraphs(signed):
            found = _read(row, signs)
            if found:
                old, new = _side(found, INSERTION), _side(found, DELETION)
                self._rows[old, new] = found
                self._becomes[old] = new

    def becomes(self, old: Row) -> Row:
        """Return what a paragraph probably says after the changes."""
        return self._becomes.get(old, old)

    def between(self, old: Iterable[Leaf], new: Iterable[Leaf]) -> list[Marked]:
        """Return both paragraphs as one: each change as it was suggested, or word by word."""
        before, after = tuple(old), tuple(new)
        known = self._rows.get((joined(before), joined(after)))
        return list(_compared(before, after)) if known is None else known


def inlines_of(node: Node) -> Iterator[Leaf] | None:
    """Return what stands in a paragraph, a heading or a block of code; None for other nodes."""
    kind = node["t"]
    if kind in _INLINES:
        return leaves(node["c"])
    if kind == "Header":
        return leaves(node["c"][2])
    return code_leaves(node["c"]) if kind == "CodeBlock" else None


def _paragraphs(node: Any) -> Iterator[Iterator[Leaf]]:
    if isinstance(node, dict):
        row = inlines_of(node) if "t" in node else None
        if row is not None:
            yield row
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from _paragraphs(inner)


def _read(row: Iterable[Leaf], signs: str) -> list[Marked] | None:
    """Return the row without its signs; None if it has none, or they make no sense."""
    expected = dict(zip(_NEXT, signs, strict=True))
    state, number, marked = KEPT, 0, []
    for leaf in row:
        for piece in re.split(f"([{signs}])", leaf.text) if leaf.is_divisible else [""]:
            if piece and piece in signs:
                if piece != expected[state]:
                    return None
                state, number = _NEXT[state], number + 1
            elif piece or not leaf.is_divisible:
                text = piece if leaf.is_divisible else leaf.text
                marked.append((Mark(state, number), leaf._replace(text=text)))
    return marked if number and state == KEPT else None


def _side(row: Iterable[Marked], left_out: str) -> Row:
    return joined(leaf for mark, leaf in row if mark.kind != left_out)


def _compared(old: Row, new: Row) -> Iterator[Marked]:
    for number, (same, here, there) in enumerate(stretches(old, new, _is_space)):
        if same:
            yield from ((Mark(KEPT), leaf) for leaf in old[here])
        else:
            yield from ((Mark(DELETION, number), leaf) for leaf in old[here])
            yield from ((Mark(INSERTION, number), leaf) for leaf in new[there])


def _is_space(leaf: Leaf) -> bool:
    return leaf.kind in SPACES

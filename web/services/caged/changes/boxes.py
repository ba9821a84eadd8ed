"""Finds the blocks inside of others: the items of a list, the cells of a table."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

from web.services.caged.changes.leaves import Node

Box = list[Node]


def boxes_of(node: Node) -> list[Box]:
    """Return the rows of blocks that stand right inside of this one, to be changed in place."""
    content: Any = node.get("c")
    find = _BOXES.get(node["t"])
    return find(content) if find else []


def are_framed_alike(one: Node, other: Node) -> bool:
    """Whether both differ in nothing but what stands in their boxes."""
    return _frame(one) == _frame(other)


def _in_table(content: Any) -> list[Box]:
    _attributes, caption, _columns, head, bodies, foot = content
    rows = [*head[1], *(row for body in bodies for part in body[2:] for row in part), *foot[1]]
    return [caption[1], *(cell[4] for row in rows for cell in row[1])]


def _frame(node: Node) -> Node:
    frame = deepcopy(node)
    for box in boxes_of(frame):
        box.clear()
    if frame["t"] == "Table":
        # Pandoc guesses the widths from the words.
        frame["c"][2] = len(frame["c"][2])
    return frame


_BOXES: Final[dict[str, Callable[[Any], list[Box]]]] = {
    "BlockQuote": lambda content: [content],
    "Div": lambda content: [content[1]],
    "BulletList": list,
    "OrderedList": lambda content: list(content[1]),
    "DefinitionList": lambda content: [box for _term, boxes in content for box in boxes],
    "Figure": lambda content: [content[1][1], content[2]],
    "Table": _in_table,
}

"""Finds a list of edits in a reply that is not plain JSON, and mends it."""

import re
from collections.abc import Iterator
from typing import Any

import json_repair

from workers.ai.nesting import DEEPEST

LIST_NAMES = ("suggestions", "edits")
_BRACKET = re.compile(r"[][{}]")
_LIST_OF_OBJECTS = re.compile(r"\[\s*\{")


def find_items(text: str) -> list[Any] | None:
    """Return the list in the first piece of text that turns out to hold one."""
    for piece in _pieces(text):
        if _is_deep(piece):
            continue
        try:
            items = _items(json_repair.loads(piece))
        except (RecursionError, ValueError):
            continue
        if items is not None:
            return items
    return None


def _pieces(text: str) -> Iterator[str]:
    """Yield where JSON may stand: in a fence, from the first brace, or from a list's bracket.

    Behind a brace only a list of objects counts: an empty one is some field of another object.
    """
    _, fence, fenced = text.partition("```")
    if fence:
        yield fenced.removeprefix("json").partition("```")[0]
    brace, bracket = text.find("{"), text.find("[")
    if brace >= 0:
        yield text[brace:]
    if found := _LIST_OF_OBJECTS.search(text):
        yield text[found.start() :]
    elif bracket >= 0 > brace:
        yield text[bracket:]


def _is_deep(text: str) -> bool:
    """Whether brackets stand within each other so deep that to mend them would take minutes."""
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        if depth > DEEPEST:
            return True
    return False


def _items(reply: Any) -> list[Any] | None:
    """Return the list that the reply is or holds; a lone edit is a list of one."""
    if isinstance(reply, dict):
        reply = next((reply[name] for name in LIST_NAMES if name in reply), reply)
    if isinstance(reply, dict) and "original" in reply:
        return [reply]
    if isinstance(reply, list) and (not reply or any(isinstance(i, dict) for i in reply)):
        return reply
    return None

"""The words and signs of a stretch of text, and what the guard's data says about them."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"
    r"|[^\W\d_]+(?:['\u2019](?:[^\W\d_])+)*"
    r"|\d{1,3}(?:[, \u00a0\u2009\u202f]\d{3})+(?![\d,])(?:\.\d+)?"
    r"|\d+(?:[.,]\d+)*"
    r"|(?<![\w.])\.\d+"
    r"|\S"
)


class Token(NamedTuple):
    """A word, a figure or a sign; `low` is the word without capitals, dots and curly signs."""

    text: str
    low: str
    start: int
    end: int


def tokenise(text: str) -> list[Token]:
    """Return the words, figures and signs in their order."""
    return [
        Token(found, _low(found), match.start(), match.end())
        for match in _TOKEN.finditer(text)
        for found in (match[0],)
    ]


# Tables of lists that are asked from their items.
_TURNED = {("numbers", "bounds"), ("units",), ("names", "same")}


@cache
def vocabulary() -> dict[str, Any]:
    """Return the guard's data, as its files have it."""
    folder = files("shared.domain.meanings")
    read = (folder.joinpath(name).read_text("utf-8") for name in ("words.toml", "names.toml"))
    return {key: node for data in read for key, node in tomllib.loads(data).items()}


@cache
def words(*path: str) -> frozenset[str]:
    """Return the words of one list of the data."""
    node = _at(path)
    return frozenset(node.split() if isinstance(node, str) else node)


@cache
def table(*path: str) -> dict[str, Any]:
    """Return one table of the data; one of names is turned round: each leads to what it means."""
    node = _at(path)
    if path in _TURNED:
        return {item: key for key, items in node.items() for item in items}
    return dict(node)


def low_at(tokens: list[Token], at: int) -> str:
    """Return the word there; nothing stands outside of the stretch."""
    return tokens[at].low if 0 <= at < len(tokens) else ""


def touches(tokens: list[Token], at: int) -> bool:
    """Whether no space stands before this token."""
    return 0 < at < len(tokens) and tokens[at - 1].end == tokens[at].start


def one_of(patterns: Iterable[str]) -> str:
    """Return a pattern for any of these; the longest ones are tried first."""
    return "(?:" + "|".join(sorted(patterns, key=len, reverse=True)) + ")"


def _at(path: tuple[str, ...]) -> Any:
    node: Any = vocabulary()
    for step in path:
        node = node[step]
    return node


def _low(text: str) -> str:
    if text.isascii() and text.isalpha():
        return text.lower()
    low = text.lower().replace("\u2019", "'")
    return low.replace(".", "") if low[:1].isalpha() else low

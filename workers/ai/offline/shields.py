"""Finds what must never be edited: quotations, code, addresses."""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator

from shared.domain.text import Span

# A quotation ends with its paragraph at the latest: each paragraph of a long one opens anew, and
# only the last one closes. A quoted phrase in single quotes stays on its line.
_ON = r"(?!\n[^\S\n]*\n)"
_QUOTED = re.compile(
    rf"""
      ^[ ]{{0,3}}(?P<fence>```|~~~).*?(?:\n[ ]{{0,3}}(?P=fence)|\Z)   # a code block
    | ^(?:[ ]{{4}}|\t)[^\n]*[{{}};=<>()][^\n]*                        # indented code
    | ^[ ]{{0,3}}>[^\n]*                                              # a quoted line
    | `[^`\n]+`
    | </?[a-zA-Z][^<>\n]*>                                            # an HTML tag
    | \]\([^()\s]*\)                                                  # a link's address
    | (?<!\w)"(?=\S)(?:{_ON}[^"])*"?
    | “(?:{_ON}[^”])*”?
    | «(?:{_ON}[^»])*»?
    | „(?:{_ON}[^“”])*[“”]?
    | \u2018[^\u2018\u2019\n]*(?:\u2019(?=\w)[^\u2018\u2019\n]*)*\u2019
    | (?<![\w'])'(?=[^\s'\d])[^'\n]{{0,300}}(?:'(?=\w)[^'\n]{{0,300}}){{0,9}}'(?!\w)
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_TOKEN = re.compile(r"\S+")
_CODE = re.compile(r"[\\@#_={}<>|^]|//|^\W?/\w|[a-z][A-Z]|[A-Za-z]\d|[A-Za-z]{2}[.:][A-Za-z]{2}")
LONGEST_WORD = 30


class Shields:
    """The stretches of one text that no rule may touch."""

    def __init__(self, content: str) -> None:
        self._spans = list(_merged(sorted([*_quoted(content), *_code_like(content)])))

    def cover(self, span: Span) -> bool:
        """Whether any part of the span is shielded."""
        at = bisect(self._spans, span)
        return any(span.overlaps(near) for near in self._spans[max(at - 1, 0) : at + 1])


def is_code_like(token: str) -> bool:
    """Whether this is an identifier, a path, an address or the like rather than a word."""
    return len(token) > LONGEST_WORD or bool(_CODE.search(token))


def _quoted(content: str) -> Iterator[Span]:
    for found in _QUOTED.finditer(content):
        yield Span(*found.span())


def _code_like(content: str) -> Iterator[Span]:
    for found in _TOKEN.finditer(content):
        if is_code_like(found.group()):
            yield Span(*found.span())


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the sorted spans, overlapping ones as one."""
    last = Span(0, 0)
    for span in spans:
        if span.start > last.end:
            yield last
            last = span
        last = Span(last.start, max(last.end, span.end))
    yield last

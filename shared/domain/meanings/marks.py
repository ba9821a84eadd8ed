"""Quotations and addresses: what an edit may not touch at all."""

import re
from collections import Counter
from collections.abc import Iterator

from shared.domain.text import Span, fold

# A quotation ends in its paragraph. The bound keeps a text of opening marks from costing more.
_LONGEST = 1000


def _between(opening: str, closing: str) -> str:
    inner = rf"(?:[^{opening}{closing}\n]|\n(?![^\S\n]*\n)){{0,{_LONGEST}}}"
    return f"{opening}{inner}[{closing}]"


# What begins with an apostrophe and is no quotation.
_SHORTENED = r"(?!\d\ds\b|tis\b|twas\b|em\b|til\b|cause\b|n['\u2019])"
_QUOTATIONS = {
    mark: re.compile(pattern, re.IGNORECASE)
    for mark, pattern in {
        "\u201c": _between("\u201c", "\u201d"),
        "\u201e": _between("\u201e", "\u201c\u201d"),
        "\u00ab": _between("\u00ab", "\u00bb"),
        "\u300c": _between("\u300c", "\u300d"),
        '"': r"(?<!\d)" + _between('"', '"'),
        "\u2018": (
            rf"(?<!\w)\u2018{_SHORTENED}(?:[^\u2018\u2019\n]|\u2019(?=\w)){{0,400}}\u2019(?!\w)"
        ),
        "'": rf"(?<![\w'])'(?=\S){_SHORTENED}(?:[^'\n]|'(?=\w)){{0,200}}(?<=\S)'(?!\w)",
    }.items()
}
_MARK = re.compile(f"[{''.join(_QUOTATIONS)}]")
_ANY_MARK = re.compile(f"[{''.join(_QUOTATIONS)}\u201d\u2019\u00bb\u300d]")
_EDGES = " \u00a0\u202f"

_ADDRESS = re.compile(
    r"(?:https?|ftp)://[^\s<>\"\u201d\u2019)\]]+"
    r"|\bwww\.[^\s<>\"\u201d\u2019)\]]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w@/])@\w[\w.-]+"
    r"|(?<![\w&/#])\#[^\W\d_]\w+"
    r"|\b[A-Za-z]:\\[^\s\"<>|]+"
    r"|(?<![\w/.)])(?:~|\.{1,2})?/\w[\w.-]*(?:/[\w.-]+)*"
    r"|(?<![\w/.-])[\w-]+(?:/[\w.-]+)*/[\w-]+\.\w{1,5}\b"
    r"|(?<![\w-])[\w-]+\.(?:pdf|docx?|xlsx?|pptx?|txt|csv|json|ya?ml|toml|html?|md|png|jpe?g|zip|py|js)\b"
    r"|(?<![\w.-])(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|dev|info|de|fr|uk|eu)\b(?:/[^\s)\]]*)?"
)
_HINTS = re.compile(r"[@#/\\]|\.(?=\w)")


def quotations(text: str) -> Counter[str]:
    """Return the words of each quotation: white space and marks as typed, without the end's stop.

    Where a comma or a full stop stands, inside or outside, is a matter of house style.
    """
    return Counter(_words_of(span.of(text)) for span in quotation_spans(text))


def quotation_spans(text: str) -> Iterator[Span]:
    """Yield where quotations stand, marks included. An apostrophe begins none."""
    at = 0
    while mark := _MARK.search(text, at):
        quoted = _QUOTATIONS[mark[0]].match(text, mark.start())
        at = (quoted or mark).end()
        if quoted:
            yield Span(*quoted.span())


def may_quote(text: str) -> bool:
    """Whether the text has a mark that could begin or end a quotation."""
    return bool(_ANY_MARK.search(text))


def may_address(text: str) -> bool:
    """Whether the text has a sign without which there is no address."""
    return bool(_HINTS.search(text))


def addresses(text: str) -> frozenset[str]:
    """Return the addresses: of pages, people, files; handles and tags."""
    if not may_address(text):
        return frozenset()
    return frozenset(found.rstrip(".,;:!?'") for found in _ADDRESS.findall(text))


def without_addresses(text: str) -> str:
    """Return the text with a sign in place of each address."""
    return _ADDRESS.sub(" \x02 ", text) if may_address(text) else text


def _words_of(quotation: str) -> str:
    return fold(quotation[1:-1]).strip(_EDGES).rstrip(".,").rstrip()

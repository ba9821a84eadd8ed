"""What no suggestion may change, and what none may bring into a text."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from html.entities import html5

from shared.domain.markup.html import html_prose
from shared.domain.markup.markdown import markdown_prose
from shared.domain.markup.markdown_changes import breaks_markdown
from shared.domain.markup.placeholders import addresses, found, placeholders, touching
from shared.domain.text import Span, TextFormat

# How far around an edit one looks for what it might join, in code points.
_REACH = 1000

# What follows a reference without its semicolon might become part of it.
_REFERENCE = re.compile(r"&#?\w+;?")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|(\w{1,31}));")


def protected_spans(content: str, format: TextFormat) -> tuple[Span, ...]:
    """Return what no suggestion may touch: sorted, apart from each other, in code points.

    Placeholders and addresses in every format. In Markdown and HTML all that is not prose for
    certain: each sign of the markup, and what its reader would not read as words.
    """
    frozen = [*placeholders(content), *addresses(content)]
    if format is TextFormat.MARKDOWN:
        frozen += _between(markdown_prose(content), len(content))
    elif format is TextFormat.HTML:
        frozen += _between(html_prose(content), len(content))
    return merged(frozen)


def surroundings(content: str, span: Span) -> tuple[str, str]:
    """Return what stands before and behind the span, for `breaks_markup`."""
    before = content[max(span.start - _REACH, 0) : span.start]
    return before, content[span.end : span.end + _REACH]


def breaks_markup(
    original: str,
    suggested: str,
    format: TextFormat,
    before: str | None = None,
    after: str | None = None,
) -> bool:
    """Whether the replacement would bring markup or placeholders into the text, or unbalance them.

    `before` and `after` are what `surroundings` returns. Without them the replacement is tried at
    the beginning of a line and within a word, and what fails in either is refused: a hyphen for a
    dash, for example, which makes a list at the beginning of a line.
    """
    around = (before or "", after or "")
    if _placeholders(suggested, around) != _placeholders(original, around):
        return True
    if _lost(addresses, original, suggested, touching(*around)):
        return True
    if format is TextFormat.HTML:
        return _breaks_html(original, suggested, touching(*around))
    if format is TextFormat.TEXT:
        return False
    if before is None:
        return breaks_markdown(original, suggested)
    return breaks_markdown(original, suggested, around)


def _breaks_html(original: str, suggested: str, around: tuple[str, str]) -> bool:
    return (
        "<" in suggested
        or _bare_ampersands(suggested) > _bare_ampersands(original)
        or bool(_lost(_references, original, suggested, around))
    )


def _placeholders(text: str, around: tuple[str, str]) -> list[str]:
    return found(placeholders, text.join(around))


def _lost(
    search: Callable[[str], Iterator[Span]], original: str, suggested: str, around: tuple[str, str]
) -> Counter[str]:
    """Return what stands there with the original words only: cut, or grown together with others."""
    old, new = (found(search, text.join(around)) for text in (original, suggested))
    return Counter(old) - Counter(new)


def _references(text: str) -> Iterator[Span]:
    return (Span(*found.span()) for found in _REFERENCE.finditer(text))


def _bare_ampersands(text: str) -> int:
    entities = (found[1] for found in _ENTITY.finditer(text))
    known = sum(1 for name in entities if name is None or f"{name};" in html5)
    return text.count("&") - known


def _between(prose: Iterable[tuple[int, int]], length: int) -> Iterator[Span]:
    at = 0
    for start, end in prose:
        yield Span(at, start)
        at = end
    yield Span(at, length)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the union of the spans, sorted and apart from each other."""
    return tuple(_merged(spans))


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    current = Span(0, 0)
    for span in sorted(spans):
        if span.start > current.end:
            if current.start < current.end:
                yield current
            current = span
        elif span.end > current.end:
            current = Span(current.start, span.end)
    if current.start < current.end:
        yield current

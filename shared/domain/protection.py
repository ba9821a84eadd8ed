"""What no suggestion may change, and what none may bring into a text."""

import re
from collections.abc import Callable, Iterable, Iterator
from html.entities import html5

from shared.domain.markup.html import html_prose
from shared.domain.markup.markdown import markdown_prose, markdown_skeleton
from shared.domain.markup.placeholders import addresses, placeholders
from shared.domain.text import Span, TextFormat

# How far around an edit one looks for what it might join, in code points.
_REACH = 1000

# In prose these are literal, and one more might pair with another that is so far.
_MARKDOWN_SIGNS = "`*_[]<\\~|$"
_LINE_END = re.compile(r"\r\n?|\n")
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
    return tuple(_merged(frozen))


def surroundings(content: str, span: Span) -> tuple[str, str]:
    """Return what stands before and behind the span on its line, for `breaks_markup`."""
    before = content[max(span.start - _REACH, 0) : span.start]
    after = content[span.end : span.end + _REACH]
    return _LINE_END.split(before)[-1].lstrip(), _LINE_END.split(after)[0]


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
    if format is TextFormat.HTML:
        return "<" in suggested or _bare_ampersands(suggested) > _bare_ampersands(original)
    if format is TextFormat.TEXT:
        return False
    frames = _guessed_frames(original, suggested) if before is None else _frames(*around)
    return _brings_signs(original, suggested) or any(
        _skeleton(original, frame) != _skeleton(suggested, frame) for frame in frames
    )


def _placeholders(text: str, around: tuple[str, str]) -> list[str]:
    return _found(placeholders, text.join(around))


def _skeleton(text: str, around: tuple[str, str]) -> list[tuple[str, ...]]:
    return markdown_skeleton(text.join(around))


def _found(search: Callable[[str], Iterator[Span]], text: str) -> list[str]:
    return [span.of(text) for span in search(text)]


def _bare_ampersands(text: str) -> int:
    entities = (found[1] for found in _ENTITY.finditer(text))
    known = sum(1 for name in entities if name is None or f"{name};" in html5)
    return text.count("&") - known


def _brings_signs(original: str, suggested: str) -> bool:
    if any(suggested.count(sign) > original.count(sign) for sign in _MARKDOWN_SIGNS):
        return True
    if len(_LINE_END.findall(suggested)) > len(_LINE_END.findall(original)):
        return True
    return _found(addresses, suggested) != _found(addresses, original)


def _frames(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield the line as it may stand: alone, before another, and behind another."""
    yield before, after
    yield before, f"{after}\nw"
    if not before:
        yield "w\n", after


def _guessed_frames(original: str, suggested: str) -> Iterator[tuple[str, str]]:
    yield "w", "w"
    # No prose begins a line with white space.
    if original[:1].isspace():
        return
    yield "", " w" if original else "w"
    if suggested.strip():
        yield "w\n", "\nw"


def _between(prose: Iterable[tuple[int, int]], length: int) -> Iterator[Span]:
    at = 0
    for start, end in prose:
        yield Span(at, start)
        at = end
    yield Span(at, length)


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the union of the spans, piece by piece."""
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

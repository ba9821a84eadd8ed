"""Tells whether a new wording changes what Markdown makes of the text around it."""

import re
from collections.abc import Iterator

from shared.domain.markup.markdown import markdown_skeleton
from shared.domain.markup.placeholders import addresses, found, touching

# In prose these are literal, and one more might pair with another far away.
_SIGNS = "`*_[]<\\~|$"
# What begins an entity, a tag, an alert or a footnote, whose names are words.
_OPENERS = frozenset("&<[")
_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_LINE_END = re.compile(r"\r\n?|\n")
_BLANK_LINE = re.compile(r"(?:\r\n?+|\n)[ \t]*+(?=[\r\n])")


def breaks_markdown(original: str, suggested: str, around: tuple[str, str] | None = None) -> bool:
    """Whether the replacement brings signs, or gives its line or paragraph another structure.

    `around` is what stands before and behind. Without it the worst is supposed.
    """
    near = touching(*around) if around else ("", "")
    if _brings_signs(original, suggested, near):
        return True
    if around and _indents(suggested, around[0]):
        return True
    # Behind the label of a link's definition words are its target.
    if _are_words(original, suggested, near) and not (around and "]:" in around[0]):
        return False
    frames = _frames(*around) if around else _guessed_frames(original, suggested)
    return any(_skeleton(original, frame) != _skeleton(suggested, frame) for frame in frames)


def _are_words(original: str, suggested: str, near: tuple[str, str]) -> bool:
    """Whether letters give way to letters where no name of theirs means anything to Markdown."""
    return bool(_WORDS.fullmatch(original) and _WORDS.fullmatch(suggested)) and _OPENERS.isdisjoint(
        "".join(near)
    )


def _indents(suggested: str, before: str) -> bool:
    """Whether the line would begin with more white space: with enough, it would be code."""
    return suggested[:1].isspace() and not _LINE_END.split(before)[-1].strip()


def _brings_signs(original: str, suggested: str, around: tuple[str, str]) -> bool:
    if any(suggested.count(sign) > original.count(sign) for sign in _SIGNS):
        return True
    if len(_LINE_END.findall(suggested)) > len(_LINE_END.findall(original)):
        return True
    return found(addresses, suggested.join(around)) != found(addresses, original.join(around))


def _skeleton(text: str, around: tuple[str, str]) -> list[tuple[str, ...]]:
    return markdown_skeleton(text.join(around))


def _frames(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield the line as it may stand: alone, before others, behind one; and with its paragraph."""
    line = _LINE_END.split(before)[-1].lstrip(), _LINE_END.split(after)[0]
    yield line
    if line[0]:
        yield line[0], f"{line[1]}\nw"
    else:
        yield "", f"{line[1]}\nw\n+++"  # the end of a front matter, should this begin one
        yield "w\n", line[1]
    paragraph = _paragraph(before, after)
    if _LINE_END.search("w".join(paragraph).strip()):
        yield paragraph


def _paragraph(before: str, after: str) -> tuple[str, str]:
    """Return the rest of the paragraph; in front of it the blank line, if there is one."""
    start = max((gap.start() for gap in _BLANK_LINE.finditer(before)), default=0)
    gap = _BLANK_LINE.search(after)
    return before[start:], after[: gap.start()] if gap else after


def _guessed_frames(original: str, suggested: str) -> Iterator[tuple[str, str]]:
    yield "w", "w"
    # No prose begins a line with white space.
    if original[:1].isspace():
        return
    yield "", " w" if original else "w"
    if suggested.strip():
        yield "w\n", "\nw"

"""Texts with changes, for tests: written with signs of their own, or made at random."""

import random
import re

from shared.domain.renderings import Change
from shared.domain.text import Span

_CHANGE = re.compile(r"\[\[(.*?)=>(.*?)\]\]", re.DOTALL)
_WORD = re.compile(r"\w+")
SIGNS = (
    *("", "word", "two words", " ", "\n", "\n\n", "  \n", "*", "**", "_", "a*b", "`", "|", "~~"),
    *("- ", "\n- item\n", "1. ", "# ", "\n> ", "\n---\n", "\\", "[x](y)", "[^1]", "שלום"),
    *("&amp;", "&#xF0000;", "\U000f0000", "<b>", "</b>", "<p>", "<br>", "</td>", "<li>"),
)


def changed(marked: str) -> tuple[str, list[Change]]:
    """Return the text and its changes, each of them written as `[[old=>new]]`."""
    content, changes, at = "", [], 0
    for number, found in enumerate(_CHANGE.finditer(marked)):
        content += marked[at : found.start()]
        span = Span(len(content), len(content) + len(found[1]))
        changes.append(Change(f"sg_{number}", span, found[2]))
        content, at = content + found[1], found.end()
    return content + marked[at:], changes


def changed_at_random(text: str, seed: int) -> tuple[str, list[Change]]:
    """Return some paragraphs of the text with changes anywhere, or of whole words."""
    by = random.Random(seed)
    blocks = text.split("\n\n")
    first = by.randrange(len(blocks))
    text = "\n\n".join(blocks[first : first + by.choice((1, 3, 6, len(blocks)))])
    wild, changes, reached = by.random() < 0.5, [], 0
    for start in sorted(by.randrange(len(text) + 1) for _ in range(by.choice((1, 2, 5, 10)))):
        span = _some_span(text, start, by) if wild else _word_at(text, start)
        if span and span.start >= reached:
            reached = span.end
            changes.append(Change(f"sg_{start}", span, by.choice(SIGNS if wild else SIGNS[:4])))
    return text, changes


def _some_span(text: str, start: int, by: random.Random) -> Span:
    return Span(start, min(len(text), start + by.choice((0, 1, 3, 10, 40, 400))))


def _word_at(text: str, start: int) -> Span | None:
    found = _WORD.search(text, start)
    return Span(*found.span()) if found else None

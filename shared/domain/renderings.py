"""Shows a text with its suggestions as tracked changes: as HTML, as CriticMarkup, or as a diff.

Also as it reads with all of them made.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from shared.domain.text import Span
from shared.domain.unified_diffs import unified_diff

# CriticMarkup (http://criticmarkup.com/spec.php) has no way to quote its own signs. So a backslash
# goes into each, and one more where some are already.
_CRITIC_SIGNS = (
    re.compile(r"(\{)(\\*)(?=\+\+|--|~~|==|>>)"),
    re.compile(r"(\+\+|--|~~|==|<<)(\\*)(?=\})"),
    re.compile(r"(~)(\\*)(?=>)"),
)

# The first of the two planes for private use: it holds more signs than a text may have words.
_PRIVATE = range(0xF0000, 0xFFFFE)


class ChangeFormat(StrEnum):
    """How tracked changes are written."""

    HTML = "html"
    MARKDOWN = "markdown"
    DIFF = "diff"
    TEXT = "text"


class ChangesError(ValueError):
    """Changes that lie outside of the text or overlap; the message never quotes the text."""


@dataclass(frozen=True)
class Change:
    """A stretch of the text, in code points, and what is to stand there instead."""

    id: str
    span: Span
    suggested: str


@dataclass(frozen=True)
class SignedText:
    """A text before and after changes; in `signed` each change is `⟦old|new⟧`, by these signs."""

    old: str
    new: str
    signed: str
    signs: str


def render_changes(content: str, changes: Iterable[Change], format: ChangeFormat) -> str:
    """Return the text with the changes marked in it, in any order given.

    HTML is one `<pre>` element, safe to insert in a page; in it and in CriticMarkup, who takes all
    `ins` has the new text, and who takes all `del` has the old one. A diff is for `patch` and
    `git apply`, and empty if nothing changes. Text has nothing marked: it is the new one.

    :raises ChangesError: they lie outside of the text or overlap
    """
    ordered = _in_order(content, changes)
    if format is ChangeFormat.TEXT:
        return apply_changes(content, ordered)
    if format is ChangeFormat.DIFF:
        return unified_diff(content, [(change.span, change.suggested) for change in ordered])
    pieces = _pieces(content, ordered)
    if format is ChangeFormat.MARKDOWN:
        return "".join(_as_critic_markup(*piece) for piece in pieces)
    # A parser drops a line break that comes first, so there is always one to drop.
    inside = "".join(_as_html(*piece) for piece in pieces)
    return f'<pre class="tracked-changes">\n{inside}</pre>'


def apply_changes(content: str, changes: Iterable[Change]) -> str:
    """Return the text with all the changes made.

    :raises ChangesError: they lie outside of the text or overlap
    """
    pieces = _pieces(content, _in_order(content, changes))
    return "".join(change.suggested if change else kept for kept, change in pieces)


def sign_changes(content: str, changes: Iterable[Change]) -> SignedText:
    """Return the text before and after, and with both side by side between signs of our own.

    The signs are for private use, and stand in neither text, not even as an entity.

    :raises ChangesError: the changes lie outside of the text or overlap
    """
    ordered = _in_order(content, changes)
    new = apply_changes(content, ordered)
    held = set(content + new + html.unescape(content) + html.unescape(new))
    signs = tuple(islice((sign for sign in map(chr, _PRIVATE) if sign not in held), 3))
    opening, middle, closing = signs
    pieces = (
        f"{opening}{old}{middle}{change.suggested}{closing}" if change else old
        for old, change in _pieces(content, ordered)
    )
    return SignedText(content, new, "".join(pieces), "".join(signs))


def _in_order(content: str, changes: Iterable[Change]) -> list[Change]:
    ordered = sorted(changes, key=lambda change: change.span)
    reached = 0
    for change in ordered:
        if not reached <= change.span.start <= change.span.end <= len(content):
            raise ChangesError(f"The change {change.id} overlaps another or leaves the text")
        reached = change.span.end
    # What changes nothing would only tear a sign apart that has to be escaped.
    return [change for change in ordered if change.span.of(content) != change.suggested]


def _pieces(content: str, ordered: Iterable[Change]) -> Iterator[tuple[str, Change | None]]:
    """Yield the text piece by piece, each with the change to it if there is one."""
    at = 0
    for change in ordered:
        yield content[at : change.span.start], None
        yield change.span.of(content), change
        at = change.span.end
    yield content[at:], None


def _as_html(old: str, change: Change | None) -> str:
    if change is None:
        return _escape_html(old)
    mark = f'data-suggestion-id="{_escape_html(change.id)}"'
    deleted = f"<del {mark}>{_escape_html(old)}</del>" if old else ""
    inserted = f"<ins {mark}>{_escape_html(change.suggested)}</ins>" if change.suggested else ""
    return deleted + inserted


def _escape_html(text: str) -> str:
    # A browser reads a bare carriage return as a line feed.
    return html.escape(text).replace("\r", "&#13;")


def _as_critic_markup(old: str, change: Change | None) -> str:
    old, new = _escape_critic(old), _escape_critic(change.suggested if change else "")
    if change is None:
        return old
    if old and new:
        return f"{{~~{old}~>{new}~~}}"
    return f"{{--{old}--}}" if old else f"{{++{new}++}}" if new else ""


def _escape_critic(text: str) -> str:
    for sign in _CRITIC_SIGNS:
        text = sign.sub(r"\1\2\\", text)
    return text

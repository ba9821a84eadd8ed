"""Cuts an edit to the smallest change that reads as one."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from shared.domain.folding import FoldedText
from shared.domain.guards import ProtectedText
from shared.domain.suggestions import DropReason, Edit
from shared.domain.text import GraphemeBoundaries, Span
from shared.domain.wording import Wording, cuts_of


@dataclass(frozen=True)
class Change:
    """What an edit comes down to: a stretch of the text, and what to put there."""

    span: Span
    suggested: str
    alternatives: tuple[str, ...] = ()


def trim(content: str, span: Span, edit: Edit, protected: ProtectedText) -> Change | DropReason:
    """Return the smallest change that makes of the text what the edit makes of it.

    What the quoted stretch and its replacement share at both ends is no part of it. No word, no
    grapheme and nothing protected is cut. Where nothing but white space would be left to replace,
    the nearest word stays. Alternatives are cut alike; one with other ends is left out.

    If the model quoted with white space or typographic marks that are not the writer's, words that
    differ in nothing else are the same, and keep the writer's form.
    """
    stretch = _Stretch(content, span, edit.original, protected)
    new = stretch.version(edit.suggested)
    ends = stretch.shared(new)
    if stretch.between(ends) == stretch.replacement(new, ends):
        return DropReason.NO_CHANGE
    ends = stretch.with_word(new, ends)
    suggested = stretch.replacement(new, ends)
    if suggested is None:
        return DropReason.QUOTE_NOT_FOUND
    others = (stretch.replacement(stretch.version(text), ends) for text in edit.alternatives)
    return Change(stretch.place(ends), suggested, tuple(filter(None, others)))


@dataclass(frozen=True)
class _Ends:
    """How much of what is compared is shared at the front and at the back."""

    head: int
    tail: int


class _Version:
    """One text for the stretch: the writer's, or what is to replace it.

    Compared is its `key`: the text itself, or as `fold` leaves it.
    """

    def __init__(self, text: str, *, is_exact: bool) -> None:
        self.text = text
        self.boundaries = GraphemeBoundaries(text)
        self.cuts = cuts_of(text, self.boundaries)
        self._folded = None if is_exact else FoldedText(text)
        self.key = self._folded.text if self._folded else text

    def real(self, offset: int) -> int:
        """Return the offset in the text for one in the key."""
        return self._folded.real(offset) if self._folded else offset

    def real_from_end(self, length: int) -> int:
        return self.real(len(self.key) - length)

    def between(self, ends: _Ends) -> str:
        return self.text[self.real(ends.head) : self.real_from_end(ends.tail)]


class _Stretch:
    """The stretch of the text that an edit quotes, and what its replacements share with it."""

    def __init__(self, content: str, span: Span, quote: str, protected: ProtectedText) -> None:
        self._span = span
        self._protected = protected
        text = span.of(content)
        self._wording = None if text == quote else Wording(text, quote)
        self._old = self.version(text)
        touched = protected.touched(span)
        # The shared head may end with what is protected, the shared tail begin with it.
        among = self._old.boundaries.among
        self._head_ends = among(one.end - span.start for one in touched)
        self._tail_starts = among(one.start - span.start for one in touched)
        within = (
            range(max(one.start - span.start, 0) + 1, min(one.end, span.end) - span.start)
            for one in touched
        )
        cuts = self._old.cuts | self._head_ends | self._tail_starts
        self._cuts = cuts.difference(chain.from_iterable(within))

    def version(self, text: str) -> _Version:
        return _Version(text, is_exact=self._wording is None)

    def shared(self, new: _Version) -> _Ends:
        """Return the longest ends that both have, first at the front."""
        old, most = self._old.key, min(len(self._old.key), len(new.key))
        head = self._head(new, _alike(old[:most], new.key[:most]))
        rest = most - head
        return _Ends(head, self._tail(new, _alike(_reversed(old, rest), _reversed(new.key, rest))))

    def with_word(self, new: _Version, ends: _Ends) -> _Ends:
        """Return shorter ends, so that there is a word to be replaced."""
        while not self.between(ends).strip() and (ends.head or ends.tail):
            ends = max(self._shorter(new, ends), key=self._worth)
        return ends

    def between(self, ends: _Ends) -> str:
        return self._old.between(ends)

    def replacement(self, new: _Version, ends: _Ends) -> str | None:
        """Return what comes between the ends, or None if these are not its ends."""
        if not self._has_ends(new, ends):
            return None
        text = new.between(ends)
        return self._wording.restored(self.between(ends), text) if self._wording else text

    def place(self, ends: _Ends) -> Span:
        start, end = self._old.real(ends.head), self._old.real_from_end(ends.tail)
        return Span(self._span.start + start, self._span.start + end)

    def _has_ends(self, new: _Version, ends: _Ends) -> bool:
        old, head, tail = self._old.key, ends.head, ends.tail
        return (
            head + tail <= len(new.key)
            and new.key.startswith(old[:head])
            and new.key.endswith(old[len(old) - tail :])
            and self._has_head(new, head)
            and self._has_tail(new, tail)
        )

    def _shorter(self, new: _Version, ends: _Ends) -> Iterator[_Ends]:
        if ends.head:
            yield _Ends(self._head(new, ends.head - 1), ends.tail)
        if ends.tail:
            yield _Ends(ends.head, self._tail(new, ends.tail - 1))

    def _worth(self, ends: _Ends) -> tuple[bool, bool, bool]:
        """Prefer a word to a mark, and anything that may change to what is protected."""
        text, is_free = self.between(ends), not self._protected.touched(self.place(ends))
        has_word = any(map(str.isalnum, text))
        return bool(text.strip()) and is_free, has_word, bool(text.strip())

    def _head(self, new: _Version, most: int) -> int:
        return next((n for n in range(most, 0, -1) if self._has_head(new, n)), 0)

    def _tail(self, new: _Version, most: int) -> int:
        return next((n for n in range(most, 0, -1) if self._has_tail(new, n)), 0)

    def _has_head(self, new: _Version, head: int) -> bool:
        at, new_at = self._old.real(head), new.real(head)
        if at in self._head_ends:
            return new_at in new.boundaries
        return at in self._cuts and new_at in new.cuts

    def _has_tail(self, new: _Version, tail: int) -> bool:
        at, new_at = self._old.real_from_end(tail), new.real_from_end(tail)
        if at in self._tail_starts:
            return new_at in new.boundaries
        return at in self._cuts and new_at in new.cuts


def _alike(first: str, second: str) -> int:
    """Return how many characters both begin with."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((n for n, (one, other) in pairs if one != other), min(len(first), len(second)))


def _reversed(text: str, length: int) -> str:
    return text[: -length - 1 : -1]

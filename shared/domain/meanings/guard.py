"""Tells whether an edit changes what a text says: its numbers, names and the like.

The rules are our own, made for English; digits, addresses, quotations and most names hold in other
languages too. `tests/unit/shared/domain/meanings/cases.toml` lays down what counts as a change.
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache, cached_property

from shared.domain.meanings.counts import Counted, changed_numbers
from shared.domain.meanings.dates import Item, dating_words, relative_dates, take_dates
from shared.domain.meanings.figures import Number
from shared.domain.meanings.marks import (
    addresses,
    may_address,
    may_quote,
    quotations,
    without_addresses,
)
from shared.domain.meanings.names import NameIndex, changes_names
from shared.domain.meanings.negations import changes_negation, denies_by_affix, denying_words
from shared.domain.meanings.numbers import counting_words, number_words, read_numbers
from shared.domain.meanings.stretch import Paragraph
from shared.domain.meanings.swaps import swapped, swapping_words
from shared.domain.meanings.words import Token, tokenise, words
from shared.domain.text import Span

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_FIGURE = re.compile("[\\d\u00bc-\u00be\u2150-\u215e$\u20ac\u00a3\u00a5\u00a2%\u00b0]")
_LONGEST_WORD = 64


class Kind(StrEnum):
    """What an edit may change of the meaning."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    QUOTATION = "quotation"
    URL = "url"
    NEGATION = "negation"


def changed_meaning(content: str, span: Span, suggested: str) -> frozenset[Kind]:
    """Return what of the meaning changes if the span is replaced; see `MeaningGuard`."""
    return MeaningGuard(content).changed(span, suggested)


class MeaningGuard:
    """Compares the sentences around an edit before and after it.

    Both must name the same numbers, dates, names and addresses, quote the same words and deny as
    much. Spelling, order and typography are free. One guard serves all edits of one text: what it
    has to know of the whole text it finds out once.
    """

    def __init__(self, content: str) -> None:
        self._content = content
        self._index = NameIndex(content)
        self._read: dict[Span, _Reading] = {}

    def changed(self, span: Span, suggested: str) -> frozenset[Kind]:
        """Return what changes if the span, in code points, is replaced; nothing if all is kept."""
        paragraph = Paragraph(self._content, span)
        concerned = _concerned(self._whole_words(span), suggested)
        if paragraph.is_quoted(span):
            concerned.add(Kind.QUOTATION)
        if not concerned:
            return frozenset()
        around = paragraph.stretch(span)
        old = self._read.get(around)
        if old is None:
            old = self._read[around] = _Reading(around.of(self._content))
        head = self._content[around.start : span.start]
        new = _Reading(head + suggested + self._content[span.end : around.end])
        return frozenset(kind for kind in concerned if _CHECKS[kind](old, new, self._index))

    def _whole_words(self, span: Span) -> str:
        """Return the span with the words that it cuts."""
        before = self._content[max(span.start - _LONGEST_WORD, 0) : span.start]
        behind = self._content[span.end : span.end + _LONGEST_WORD]
        head = before.rsplit(None, 1)[-1] if before and not before[-1].isspace() else ""
        tail = behind.split(None, 1)[0] if behind and not behind[0].isspace() else ""
        return head + span.of(self._content) + tail


class _Reading:
    """What one stretch of text says."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _parted(self) -> tuple[set[Item], list[Token]]:
        dates, rest = take_dates(without_addresses(self.text))
        return dates, tokenise(rest)

    @property
    def tokens(self) -> list[Token]:
        return self._parted[1]

    @cached_property
    def dates(self) -> set[Item]:
        return self._parted[0] | set(relative_dates(self.tokens))

    @cached_property
    def numbers(self) -> Counted:
        return Counted(self.tokens, read_numbers(self.tokens))

    @cached_property
    def may_count(self) -> bool:
        """Whether there is a number at all, but for "a"."""
        found = _WORD.findall(self.text.lower())
        return bool(_FIGURE.search(self.text)) or not number_words().isdisjoint(found)

    @cached_property
    def unbound(self) -> list[Token]:
        """The words without those that belong to a number: no more than eight."""
        if not self.may_count:
            return self.tokens
        used = self.numbers.numbers.used
        return [token for at, token in enumerate(self.tokens) if at not in used]


def _concerned(original: str, suggested: str) -> set[Kind]:
    """Return the kinds that these words could change: most edits could change none."""
    text = f"{original} {suggested}"
    found = frozenset(word.lower().replace("\u2019", "'") for word in _WORD.findall(text))
    return set(_hinted(text, found))


def _hinted(text: str, found: frozenset[str]) -> Iterator[Kind]:
    has_figure, has_capital = bool(_FIGURE.search(text)), text != text.lower()
    if has_figure or not found.isdisjoint(counting_words()):
        yield Kind.NUMBER
    if has_figure or not found.isdisjoint(_time_words()):
        yield Kind.DATE
    if has_capital or not found.isdisjoint(words("names", "pronouns")):
        yield Kind.NAME
    if may_quote(text):
        yield Kind.QUOTATION
    if may_address(text):
        yield Kind.URL
    if not found.isdisjoint(denying_words()) or any(map(_denies, found)):
        yield Kind.NEGATION


@cache
def _time_words() -> frozenset[str]:
    return dating_words() | swapping_words()


def _denies(word: str) -> bool:
    return word.endswith("n't") or denies_by_affix(word)


def _numbers(old: _Reading, new: _Reading) -> list[Number]:
    if not (old.may_count or new.may_count):
        return []
    return changed_numbers(old.numbers, new.numbers)


def _number(old: _Reading, new: _Reading, _: NameIndex) -> bool:
    return any(not number.is_year for number in _numbers(old, new))


def _date(old: _Reading, new: _Reading, _: NameIndex) -> bool:
    if old.dates != new.dates or swapped(old.tokens, new.tokens):
        return True
    return any(number.is_year for number in _numbers(old, new))


def _name(old: _Reading, new: _Reading, index: NameIndex) -> bool:
    return changes_names(old.unbound, new.unbound, index)


def _quotation(old: _Reading, new: _Reading, _: NameIndex) -> bool:
    return quotations(old.text) != quotations(new.text)


def _url(old: _Reading, new: _Reading, _: NameIndex) -> bool:
    return addresses(old.text) != addresses(new.text)


def _negation(old: _Reading, new: _Reading, _: NameIndex) -> bool:
    return changes_negation(old.unbound, new.unbound)


_CHECKS: dict[Kind, Callable[[_Reading, _Reading, NameIndex], bool]] = {
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.NAME: _name,
    Kind.QUOTATION: _quotation,
    Kind.URL: _url,
    Kind.NEGATION: _negation,
}

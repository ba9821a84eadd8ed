"""Numbers in words."""

from fractions import Fraction
from functools import cache
from typing import NamedTuple

from shared.domain.meanings.words import Token, low_at, table, touches, words


class Spelled(NamedTuple):
    """A number in words, which ends before the token `end`.

    A faint one may be no number at all: "one" in "one of us", "second" in "wait a second".
    """

    value: Fraction
    end: int
    is_ordinal: bool = False
    is_faint: bool = False


def read_spelled(tokens: list[Token], at: int) -> Spelled | None:
    """Return the number that begins here: twenty-one, two hundred and five, two thirds, fifth."""
    first = at
    if tokens[at].low in ("a", "an") and low_at(tokens, at + 1) in table("numbers", "scales"):
        at += 1
    reader = _Sum()
    while at < len(tokens) and reader.take(tokens[at].low):
        at += 1
        if not reader.is_ordinal and _continues(tokens, at, reader):
            at += 1
    if not reader.words:
        return _single(tokens, first)
    is_faint = reader.words == 1 and tokens[at - 1].low in table("numbers", "faint")
    is_faint = is_faint and not (tokens[at - 1].low == "second" and _is_superlative(tokens, at))
    return _parts(tokens, Spelled(Fraction(reader.value), at, reader.is_ordinal, is_faint))


class _Sum:
    """Adds up the words of one number as they come."""

    def __init__(self) -> None:
        self.words = 0
        self.is_ordinal = False
        self._total = 0
        self._group = 0
        self._room = 1000

    @property
    def value(self) -> int:
        return self._total + self._group

    def take(self, low: str) -> bool:
        """Take the word if the number goes on with it."""
        if self.is_ordinal:
            return False
        if low in table("numbers", "scales") and low != "k":
            return self._scale(table("numbers", "scales")[low])
        for name in ("small", "tens", "ordinals"):
            if low in table("numbers", name):
                return self._add(table("numbers", name)[low], is_ordinal=name == "ordinals")
        return False

    def _add(self, value: int, *, is_ordinal: bool) -> bool:
        if value >= self._room:
            return False
        self._group += value
        # Behind twenty there is room for one to nine; behind those, for nothing.
        self._room = 10 if value >= 20 and value % 10 == 0 else 0
        self.words, self.is_ordinal = self.words + 1, is_ordinal
        return True

    def _scale(self, scale: int) -> bool:
        if scale <= 100:
            self._group = max(self._group, 1) * scale
            self._room = 100
        else:
            self._total += max(self._group, 1) * scale
            self._group, self._room = 0, 1000
        self.words += 1
        return True


def _continues(tokens: list[Token], at: int, reader: _Sum) -> bool:
    """Whether a hyphen or an "and" stands here within the number."""
    following = low_at(tokens, at + 1)
    if low_at(tokens, at) == "-" and touches(tokens, at):
        return reader.value % 10 == 0 and following in _below_ten()
    return low_at(tokens, at) == "and" and reader.value >= 100 and following in _below_hundred()


def _parts(tokens: list[Token], whole: Spelled) -> Spelled:
    """Read on to a fraction: two thirds, one-half."""
    at = whole.end + (low_at(tokens, whole.end) == "-")
    low = low_at(tokens, at)
    if whole.is_ordinal or low not in table("numbers", "parts"):
        return whole
    if low.endswith("s") or whole.value == 1:
        return Spelled(whole.value / table("numbers", "parts")[low], at + 1)
    return whole


def _is_superlative(tokens: list[Token], at: int) -> bool:
    """Whether what is counted here are places: the second largest, the second most common."""
    low = low_at(tokens, at + (low_at(tokens, at) == "-"))
    if low in ("best", "worst", "most", "least", "last"):
        return True
    return low.endswith("est") and len(low) > 5 and low not in words("numbers", "not_superlative")


def _single(tokens: list[Token], at: int) -> Spelled | None:
    low, following = tokens[at].low, low_at(tokens, at + 1)
    if low in table("numbers", "multiples"):
        return Spelled(Fraction(table("numbers", "multiples")[low]), at + 1)
    if low == "half" and following != "-":
        return Spelled(Fraction(1, 2), at + 1)
    if low in ("a", "an"):
        if following in table("numbers", "parts") and low_at(tokens, at + 2) == "of":
            return Spelled(Fraction(1, table("numbers", "parts")[following]), at + 2)
        return Spelled(Fraction(1), at + 1, is_faint=True)
    if low in table("numbers", "faint"):
        return Spelled(Fraction(table("numbers", "faint")[low]), at + 1, is_faint=True)
    return None


@cache
def _below_ten() -> frozenset[str]:
    small = table("numbers", "small") | table("numbers", "ordinals")
    return frozenset(word for word, value in small.items() if 0 < value < 10)


@cache
def _below_hundred() -> frozenset[str]:
    return frozenset([*table("numbers", "small"), *table("numbers", "tens")]) - {"zero"}

"""The numbers of a stretch of text, with their units and bounds, however they are written."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

from shared.domain.meanings.figures import Number, Value, read_figure
from shared.domain.meanings.spelled import read_spelled
from shared.domain.meanings.words import Token, low_at, table, touches

_MINUS = frozenset("-\u2212")
_RANGE_SIGNS = {"-", "\u2013", "\u2014", "to", "through", "until", ":"}


@dataclass
class Numbers:
    """All numbers of a stretch, the pairs that are ranges, and the tokens that were needed."""

    found: list[Number] = field(default_factory=list)
    ranges: list[tuple[Value, Value]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)


def read_numbers(tokens: list[Token]) -> Numbers:
    """Return the numbers of a stretch from which dates have been taken."""
    numbers = Numbers()
    at = 0
    while at < len(tokens):
        low = tokens[at].low
        if low.isalpha() and low not in _beginnings() and not tokens[at].text.isupper():
            at += 1
            continue
        number = read_figure(tokens, at) or _worded(tokens, at)
        if number is None:
            at += 1
            continue
        _complete(tokens, number)
        at = max(number.end, at + 1)
        if not _repeats(tokens, number, numbers.found):
            numbers.found.append(number)
        numbers.used.update(range(number.first, number.end))
    _join_ranges(tokens, numbers)
    return numbers


@cache
def number_words() -> frozenset[str]:
    """Return the words that are numbers."""
    lists = table("numbers")
    names = ("small", "tens", "scales", "ordinals", "parts", "plenty", "multiples", "faint")
    return frozenset().union(*(lists[name] for name in names), lists["roman_after"])


@cache
def counting_words() -> frozenset[str]:
    """Return the words without which an edit with no figures in it changes no number."""
    phrases = [*table("numbers", "bounds"), *table("units"), "times", "minus"]
    found = {word for phrase in phrases for word in phrase.split()}
    return (number_words() | found) - {"a", "of", "the", "in", "to"}


@cache
def _beginnings() -> frozenset[str]:
    return counting_words() | {"a", "an"}


def _worded(tokens: list[Token], at: int) -> Number | None:
    if tokens[at].low in table("numbers", "plenty"):
        value = Fraction(table("numbers", "plenty")[tokens[at].low])
        return Number(value, at, at + 1, bound="plenty")
    spelled = read_spelled(tokens, at)
    if spelled is None:
        return None
    number = Number(spelled.value, at, spelled.end)
    number.is_ordinal, number.is_faint = spelled.is_ordinal, spelled.is_faint
    return number


def _complete(tokens: list[Token], number: Number) -> None:
    """Add scale, unit and bound from what stands around."""
    _take_scale(tokens, number)
    _take_unit(tokens, number)
    _take_sign(tokens, number)
    if number.is_ordinal and low_at(tokens, number.end) == ",":
        number.is_faint = True
    if not (number.is_faint and number.unit == ""):
        _take_bound(tokens, number)


def _take_scale(tokens: list[Token], number: Number) -> None:
    low = low_at(tokens, number.end)
    scale = table("numbers", "scales").get(low)
    is_money = number.first > 0 and tokens[number.first - 1].low in "$€£¥"
    if low == "m" and is_money:
        scale = 1_000_000
    if scale is None or number.is_ordinal or not isinstance(number.value, Fraction):
        return
    number.value *= scale
    number.end, number.decimals, number.scale = number.end + 1, 0, scale


def _take_unit(tokens: list[Token], number: Number) -> None:
    ahead = tokens[number.first - 1].low if number.first else ""
    if ahead and (ahead in "$€£¥" or ahead in ("usd", "eur", "gbp")):
        number.unit, number.first = table("units")[ahead], number.first - 1
        return
    at = number.end + (low_at(tokens, number.end) == "-")
    for length in (2, 1):
        phrase = " ".join(token.low for token in tokens[at : at + length])
        if unit := table("units").get(phrase):
            number.unit, number.end = unit, at + length
            is_each = low_at(tokens, number.first - 1) in ("every", "each")
            is_article = tokens[number.first].low in ("a", "an")
            number.is_faint = number.is_faint and (is_article or is_each)
            return


def _take_sign(tokens: list[Token], number: Number) -> None:
    """Read a hyphen that touches the figure, and nothing else, as what makes it negative."""
    at = number.first - 1
    is_minus = touches(tokens, at + 1) and not touches(tokens, at)
    is_minus = low_at(tokens, at) == "minus" or (is_minus and low_at(tokens, at) in _MINUS)
    is_difference = low_at(tokens, at - 1)[-1:].isdigit()
    if is_minus and not is_difference and isinstance(number.value, Fraction):
        number.value, number.first = -number.value, at


def _take_bound(tokens: list[Token], number: Number) -> None:
    for length in (4, 3, 2, 1):
        first = max(number.first - length, 0)
        phrase = " ".join(token.low for token in tokens[first : number.first])
        if bound := table("numbers", "bounds").get(phrase):
            number.bound, number.first = bound, first
            return


def _repeats(tokens: list[Token], number: Number, found: list[Number]) -> bool:
    """Whether the number says in brackets what the one before it has said: three (3)."""
    is_bracketed = number.first > 0 and tokens[number.first - 1].low == "("
    return bool(
        is_bracketed
        and found
        and found[-1].end == number.first - 1
        and found[-1].value == number.value
    )


def _join_ranges(tokens: list[Token], numbers: Numbers) -> None:
    for left, right in zip(numbers.found, numbers.found[1:], strict=False):
        if left.is_faint or right.is_faint or right.first != left.end + 1:
            continue
        sign = tokens[left.end].low
        around = {token.low for token in tokens[max(left.first - 2, 0) : left.end]}
        if sign not in _RANGE_SIGNS and not (sign == "and" and "between" in around):
            continue
        if left.scale == 1 and isinstance(left.value, Fraction):
            left.value *= right.scale
        left.unit = left.unit or right.unit
        right.unit = right.unit or left.unit
        numbers.ranges.append((left.value, right.value))

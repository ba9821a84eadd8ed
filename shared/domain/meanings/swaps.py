"""Words of time that may go, but not give way to one another."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from shared.domain.meanings.dates import DATE_SIGN
from shared.domain.meanings.words import Token, low_at, table, vocabulary, words

_HOW_OFTEN, _WHICH_SIDE = 0, -1  # the first group of the data's, and one of our own

# The group, and what is said of it.
_Said = tuple[int, str]


def swapped(before: list[Token], after: list[Token]) -> bool:
    """Whether one season, part of the day, length or frequency gave way to another, or a date's
    one side to its other: every month to weekly, until Friday to after Friday.
    """
    old, new = set(_said(before)), set(_said(after))
    went, came = ({group for group, _ in said} for said in (old - new, new - old))
    return not went.isdisjoint(came)


@cache
def swapping_words() -> frozenset[str]:
    """Return the words without which an edit swaps nothing."""
    groups = vocabulary()["dates"]["swaps"]
    return frozenset().union(*groups, table("dates", "periods"), table("dates", "sides"))


def _said(tokens: list[Token]) -> Iterator[_Said]:
    periods, sides, swaps = table("dates", "periods"), table("dates", "sides"), _swaps()
    for at, token in enumerate(tokens):
        yield from swaps.get(token.low, ())
        if token.low in periods and _is_repeated(tokens, at):
            yield _HOW_OFTEN, periods[token.low]
        if token.low in sides and _is_date(tokens, at + 1):
            yield _WHICH_SIDE, sides[token.low]


@cache
def _swaps() -> dict[str, list[_Said]]:
    groups = enumerate(vocabulary()["dates"]["swaps"])
    found = defaultdict(list)
    for number, group in groups:
        for word, said in group.items():
            found[word].append((number, said))
    return dict(found)


def _is_repeated(tokens: list[Token], at: int) -> bool:
    """Whether the period comes again and again: every single day, twice a day, by the day."""
    at -= low_at(tokens, at - 1) == "single"
    ahead, two_ahead = low_at(tokens, at - 1), low_at(tokens, at - 2)
    return (
        ahead in ("every", "each", "per")
        or (ahead in ("a", "an") and two_ahead in words("dates", "times"))
        or (ahead == "the" and two_ahead == "by")
    )


def _is_date(tokens: list[Token], at: int) -> bool:
    low = low_at(tokens, at)
    return low == DATE_SIGN or (len(low) == 4 and low.isdecimal())

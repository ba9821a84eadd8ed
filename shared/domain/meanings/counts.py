"""Whether two stretches of text name the same numbers."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from shared.domain.meanings.figures import Number, Value
from shared.domain.meanings.numbers import Numbers
from shared.domain.meanings.words import Token, words


class Counted:
    """The numbers of one stretch, ready to be compared."""

    def __init__(self, tokens: list[Token], numbers: Numbers) -> None:
        self.tokens = tokens
        self.numbers = numbers
        self.sure = [number for number in numbers.found if not number.is_faint]
        self.faint = Counter((n.value, n.unit) for n in numbers.found if n.is_faint)

    def beside(self) -> dict[str, Value]:
        """Return which number a word stands beside, for words that stand beside just one."""
        found: dict[str, set[Value]] = {}
        for number in self.sure:
            for at in (number.first - 1, number.end):
                if 0 <= at < len(self.tokens) and at not in self.numbers.used:
                    found.setdefault(self.tokens[at].low, set()).add(number.value)
        skipped = words("english")
        return {
            word: values.pop()
            for word, values in found.items()
            if len(values) == 1 and len(word) > 2 and word not in skipped
        }


def changed_numbers(before: Counted, after: Counted) -> list[Number]:
    """Return the numbers that went or came, or that now count something else.

    A word that may be a number or not ("one", "first", "a") stands in for the figure that it may
    be, and may go or come by itself.
    """
    changed = _without(before, after) + _without(after, before)
    if changed:
        return changed
    if Counter(before.numbers.ranges) != Counter(after.numbers.ranges):
        return before.sure or after.sure
    old, new = before.beside(), after.beside()
    values = set(old.values())
    if any(new[word] != old[word] and new[word] in values for word in old.keys() & new.keys()):
        return before.sure
    return []


def _without(one: Counted, other: Counted) -> list[Number]:
    """Return the numbers of one stretch for which the other has none."""
    left = Counter(number.key for number in other.sure)
    faint = other.faint.copy()
    return [
        number
        for number in one.sure
        if not (_take(left, number.key) or _take(faint, (number.value, number.unit)))
    ]


def _take(counts: Counter[Any], key: Iterable[object]) -> bool:
    if counts[key] < 1:
        return False
    counts[key] -= 1
    return True

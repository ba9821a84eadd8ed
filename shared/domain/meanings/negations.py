"""Whether a stretch of text denies as much as another one."""

import re
from collections import Counter
from functools import cache

from shared.domain.meanings.words import Token, low_at, table, words

_PREFIX = re.compile(r"(?:un|non|in|im|il|ir|dis)(?=[a-z]{3})")
# What cancels out with a negator close before it: not without, never fails to.
_CANCELS = re.compile(r"without|fail\w* to|unable|lack\w*")
_CLOSE = 2
_LONGEST_PHRASE = 4


def changes_negation(before: list[Token], after: list[Token]) -> bool:
    """Whether what is denied in one stretch is not denied in the other.

    Negators are counted. A change of their number is made up for by a word that denies by itself:
    "not happy" and "unhappy", "does not have" and "lacks", "not uncommon" and "common" agree.
    """
    old, new = _Reading(before), _Reading(after)
    if _softens(old, new) or _softens(new, old):
        return True
    change = new.count - old.count
    if change == 0:
        return _flips(old, new) or _flips(new, old) or _moved(old, new)
    if change < 0 and new.count and _is_merged(old, new):
        return False
    faint = (new.faint - old.faint).total() + (old.faint - new.faint).total()
    return faint + len(new.affixed ^ old.affixed) < abs(change)


def denying_words() -> frozenset[str]:
    """Return the words without which an edit changes no negation, but for their syllables."""
    return _denying() | words("negations", "hedges")


def denies_by_affix(word: str) -> bool:
    """Whether the word denies by a syllable of its own: unhappy, illegal, careless."""
    if word.removesuffix("'s") in words("negations", "no_affix"):
        return False
    if word.startswith("un"):
        return len(word) > 5 and not word.startswith(tuple(words("negations", "not_un")))
    if word.startswith("non"):
        return len(word) > 6
    if word.endswith("less"):
        return len(word) > 6 and word not in words("negations", "not_less")
    prefix = _PREFIX.match(word)
    if prefix is None:
        return False
    return word.startswith(_bases(), prefix.end())


class _Reading:
    """What denies in one stretch."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.lows = [token.low for token in tokens]
        self.words = Counter(self.lows)
        self.count = 0
        self.faint: Counter[str] = Counter()
        self.weak = self.absolute = 0
        self._last = -_CLOSE - 1
        at = 0
        while at < len(tokens):
            at += self._take(at)
        self.hyphened = frozenset(
            low_at(tokens, at + 2) for at, low in enumerate(self.lows) if low == "non"
        )
        self.affixed = self.hyphened | {word for word in self.words if denies_by_affix(word)}

    def _take(self, at: int) -> int:
        """Take note of what stands here, and return how many words it has."""
        low = self.lows[at]
        for length in range(_LONGEST_PHRASE, 0, -1) if low in _denying() else ():
            phrase = " ".join(self.lows[at : at + length])
            kind = _phrases().get(phrase)
            if kind == "strong":
                return self._deny(at, phrase, length)
            if kind:
                self.faint[phrase] += kind == "faint"
                return length
        return self._deny(at, "not", 1) if low.endswith("n't") else 1

    def _deny(self, at: int, phrase: str, length: int) -> int:
        numero = phrase == "no" and "".join(self.lows[at + 1 : at + 3]).lstrip(".")[:1].isdigit()
        second = phrase == "nor" and "neither" in self.lows[:at]
        if numero or second:
            return length
        if at - self._last <= _CLOSE and _CANCELS.fullmatch(phrase):
            self.count -= 1
            return length
        self.count, self._last = self.count + 1, at
        self._grade(at, phrase)
        return length

    def _grade(self, at: int, phrase: str) -> None:
        """Tell nobody from hardly anybody; "not" may be part of either."""
        ahead = {low_at(self.tokens, at - 1), " ".join(self.lows[max(at - 2, 0) : at])}
        is_none = phrase in words("negations", "n_words")
        is_hedged = is_none and not ahead.isdisjoint(table("negations")["hedges"])
        self.weak += is_hedged or phrase in words("negations", "weak")
        self.absolute += is_none and not is_hedged


def _softens(old: _Reading, new: _Reading) -> bool:
    """Whether "none" became "hardly any"."""
    return new.absolute < old.absolute and new.weak > old.weak


def _flips(old: _Reading, new: _Reading) -> bool:
    """Whether a word lost the syllable that denies: unhappy became happy."""
    if not new.words.keys().isdisjoint(old.hyphened - new.hyphened):
        return True
    gained = new.words - old.words
    for word in old.affixed - new.affixed:
        stem = word.removesuffix("less")
        bases = {stem, f"{stem}ful"} if stem != word else {_PREFIX.sub("", word, count=1)}
        if not bases.isdisjoint(gained):
            return True
    return False


def _moved(old: _Reading, new: _Reading) -> bool:
    """Whether the same words, in another order, deny something else: not a bug but a feature."""
    return old.words == new.words and _denied(old) != _denied(new)


def _denied(reading: _Reading) -> set[str]:
    found = set()
    for at, low in enumerate(reading.lows):
        if low == "not" or low.endswith("n't"):
            skip = low_at(reading.tokens, at + 1) in ("a", "an", "the")
            found.add(low_at(reading.tokens, at + 1 + skip))
    return found


def _is_merged(old: _Reading, new: _Reading) -> bool:
    """Whether one negator does the work of two: not A and not B, not A or B; don't have no, any."""
    gained, lost = new.words - old.words, old.words - new.words
    if gained["or"] or gained["nor"]:
        return True
    has_any = not words("negations", "any").isdisjoint(gained)
    return has_any and not words("negations", "n_words").isdisjoint(lost)


@cache
def _bases() -> tuple[str, ...]:
    return tuple(words("negations", "bases"))


@cache
def _phrases() -> dict[str, str]:
    lists = table("negations")
    return {phrase: kind for kind in ("faint", "strong", "idle") for phrase in lists[kind]}


@cache
def _denying() -> frozenset[str]:
    found = {word for phrase in _phrases() for word in phrase.split()}
    return (frozenset(found) | words("negations", "any") | {"or", "non"}) - {"to", "of", "from"}

"""Tells a slip of the pen from a word that a dictionary happens not to know."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_LOWER_CASE = re.compile(r"[a-z]+(?:['\u2019][a-z]+)?")
_VOWELS = re.compile(r"[aeiouy'\u2019 -]")
_DOUBLED = re.compile(r"(.)\1+")
_SHORTEST = 4
_ALIKE = 0.75
_NEARLY_THE_SAME = 0.88
# Who writes a word so often means it: a term of the field.
_OFTEN = 3


def corrections(content: str, word: str, candidates: Sequence[str]) -> list[str]:
    """Return the candidates that the writer may have meant; none for what is no slip.

    Names, acronyms and terms of the field are spelt as their owners like. So only words in lower
    case count that are rare in this text, and only corrections of what people do get wrong:
    vowels, doubled letters, two letters exchanged, one left out.
    """
    if not _LOWER_CASE.fullmatch(word) or len(word) < _SHORTEST or content.count(word) >= _OFTEN:
        return []
    return list(_plausible(word, candidates))


def _plausible(word: str, candidates: Sequence[str]) -> Iterator[str]:
    for candidate in candidates:
        meant = candidate.lower()
        if meant[0] == word[0] and not meant.endswith("'s") and _is_slip(word, meant):
            yield candidate


def _is_slip(word: str, meant: str) -> bool:
    if _has_another_ending(word, meant) or _has_another_ending(meant, word):
        return False
    likeness = SequenceMatcher(None, word, meant).ratio()
    if _skeleton(word) == _skeleton(meant) or sorted(word) == sorted(meant):
        return likeness >= _ALIKE
    return likeness >= _NEARLY_THE_SAME and _leaves_out(word, meant)


def _has_another_ending(longer: str, word: str) -> bool:
    """Whether this is the word and more than its last letter doubled: a form, and no slip."""
    return longer.startswith(word) and longer not in (word, word + word[-1])


def _skeleton(word: str) -> str:
    """Return the consonants, doubled ones once."""
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", word))


def _leaves_out(word: str, meant: str) -> bool:
    """Whether the word is what is meant with letters missing."""
    rest = iter(meant)
    return all(letter in rest for letter in word)

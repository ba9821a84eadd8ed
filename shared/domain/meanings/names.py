"""The names in a stretch of text: what its capitals tell."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from shared.domain.meanings.words import Token, table, words

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_BEGINS = frozenset('.!?:"\u201c\u2018\u00ab\u201e\u2022*#|[')
_ENDS = frozenset('.!?:"\u201d\u2019\u00bb*#|-')
_LINKS = {"and", "or", "&", ",", "/"}


class NameIndex:
    """What a whole text tells about its capitals: found once, when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def capitalised(self) -> frozenset[str]:
        """The words that have a capital within a sentence, and stand nowhere without."""
        pieces = self._text.split()
        found = {
            piece
            for ahead, piece in pairwise(pieces)
            if piece[0].isupper() and ahead[-1] not in _ENDS
        }
        lows = {_bare(match[0].lower()) for piece in found if (match := _WORD.match(piece))}
        return frozenset(lows).difference(pieces)

    @cached_property
    def is_german(self) -> bool:
        """Whether nouns have capitals here, so that a capital tells no name."""
        found = [word.lower() for word in _WORD.findall(self._text[:5000])]
        german = sum(word in words("german") for word in found)
        return german > sum(word in words("english") for word in found)


def changes_names(before: list[Token], after: list[Token], index: NameIndex) -> bool:
    """Whether a name went, came, or changed places with another one.

    A name stays while its words are there in any case and spelling of accents; a country and its
    people are one name, and so are a name and its initials. Titles may go but not change.
    """
    old, new = list(_names(before, index)), list(_names(after, index))
    if [token.low for token in old] == [token.low for token in new]:
        return _change_title(before, after)
    initials, spelled_out = _initials(old, after)
    new_initials, old_words = _initials(new, before)
    lost = _missing(old, after) - initials - old_words
    gained = _missing(new, before) - new_initials - spelled_out
    if lost or gained or _change_title(before, after):
        return True
    return _trade(before, after, old, new) or _pronoun_in_doubt(before, after, old, new)


def _names(tokens: list[Token], index: NameIndex) -> Iterator[Token]:
    for at, token in enumerate(tokens):
        if token.text.islower() or not token.text[0].isalpha():
            continue
        low = _bare(token.low)
        if low in words("names", "initials") and token.text.isupper():
            yield token
            continue
        if low in words("english") or low in words("names", "common"):
            continue
        if low in table("names", "titles") or low == "i" or low.startswith("i'"):
            continue
        if _is_name(tokens, at, low, index):
            yield token


def _is_name(tokens: list[Token], at: int, low: str, index: NameIndex) -> bool:
    if low in words("names", "known", "people") or low in words("names", "known", "places"):
        return True
    if not tokens[at].text[1:].islower() and len(low) > 1 and not _shouts(tokens, at):
        return True
    if _begins(tokens, at):
        return low in index.capitalised and not index.is_german
    return tokens[at].text[0].isupper() and not index.is_german


def _shouts(tokens: list[Token], at: int) -> bool:
    """Whether capitals are all there is around a word in capitals."""
    near = [token.text for token in tokens[max(at - 1, 0) : at + 2] if len(token.text) > 3]
    return len(near) > 1 and all(text.isupper() for text in near)


def _begins(tokens: list[Token], at: int) -> bool:
    """Whether a sentence, a quotation or a line begins with this word."""
    if at == 0 or all(not token.text[0].isalnum() for token in tokens[:at]):
        return True
    if tokens[at - 1].text[0] not in _BEGINS:
        return False
    title = tokens[at - 2].low if tokens[at - 1].text == "." and at > 1 else ""
    return title not in table("names", "titles") and len(title) != 1


def _missing(names: list[Token], tokens: list[Token]) -> set[str]:
    strict = words("names", "case_matters")
    kept = [t for t in tokens if t.low not in strict or t.text[0].isupper()]
    there = {_same(_bare(token.low)) for token in kept}
    there |= _phrases(kept)
    return {name for token in names if (name := _same(_bare(token.low))) not in there}


def _phrases(tokens: list[Token]) -> set[str]:
    """Return what names of several words stand for, and the words of those that stand for them."""
    lows = [_bare(token.low) for token in tokens]
    text = f" {' '.join(lows)} "
    found = set()
    for phrase, name in table("names", "same").items():
        if f" {phrase} " in text:
            found |= {name, *phrase.split()}
    same = {name for low in lows if (name := _same(low)) in found or low in table("names", "same")}
    for phrase, name in table("names", "same").items():
        if name in same:
            found |= set(phrase.split())
    return found


def _initials(names: list[Token], tokens: list[Token]) -> tuple[set[str], set[str]]:
    """Return the initials among the names that the tokens spell out, and the words that do so."""
    capitals = [token.low for token in tokens if token.text[0].isupper()]
    letters = "".join(low[0] for low in capitals)
    found: set[str] = set()
    words_found: set[str] = set()
    for name in {name.low for name in names if name.text.isupper() and 1 < len(name.low) < 8}:
        at = letters.find(name)
        if at >= 0:
            found.add(name)
            words_found.update(capitals[at : at + len(name)])
    return found, words_found


def _change_title(before: list[Token], after: list[Token]) -> bool:
    titles = table("names", "titles")
    old = {titles[token.low] for token in before if token.low in titles}
    new = {titles[token.low] for token in after if token.low in titles}
    return bool(old - new and new - old)


def _trade(before: list[Token], after: list[Token], old: list[Token], new: list[Token]) -> bool:
    """Whether names changed places while all else stayed: Anna paid Maria, Maria paid Anna."""
    if sorted(token.low for token in old) != sorted(token.low for token in new):
        return False
    names = {token.low for token in old}
    if _masked(before, names) != _masked(after, names):
        return False
    at = [place for place, token in enumerate(before) if token.low in names]
    between = {token.low for token in before[at[0] : at[-1]]} - names
    return not between <= _LINKS


def _pronoun_in_doubt(
    before: list[Token], after: list[Token], old: list[Token], new: list[Token]
) -> bool:
    """Whether a pronoun took the place of a name where several names could be meant."""
    if len(new) >= len(old) or len({token.low for token in new}) < 2:
        return False
    pronouns = words("names", "pronouns")
    count = sum(token.low in pronouns for token in after)
    return count > sum(token.low in pronouns for token in before)


def _masked(tokens: list[Token], names: set[str]) -> list[str]:
    return ["" if token.low in names else token.low for token in tokens]


def _same(name: str) -> str:
    return str(table("names", "same").get(name, name))


def _bare(low: str) -> str:
    """Return the word without the possessive and without accents."""
    low = low.removesuffix("'s").removesuffix("'")
    if low.isascii():
        return low
    return "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))

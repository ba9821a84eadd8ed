"""The words under which something is found: folded, so that case and accents do not matter."""

import unicodedata
from collections.abc import Collection

import regex

from shared.domain.alignments import UNSPACED

_LONGEST = 16  # of a word; a longer one is found by its beginning
# Where a script sets no spaces between words, each character is found by itself.
_WORD = regex.compile(rf"(?V1)[\w--[{UNSPACED}]]+|[{UNSPACED}]")
# In Turkish a capital of its own has lost its dot here: both are found, whoever types which.
_DOTLESS = str.maketrans("\u0131", "i")


def search_words(*texts: str) -> tuple[str, ...]:
    """Return the folded words of these texts, each once, as they come."""
    words = (word[:_LONGEST] for text in texts for word in _WORD.findall(folded(text)))
    return tuple(dict.fromkeys(words))


def beginnings(words: Collection[str]) -> set[str]:
    """Return every beginning of every word.

    So a search by prefix asks an index for equal terms, however many there are.
    """
    return {word[:end] for word in words for end in range(1, len(word) + 1)}


def folded(text: str) -> str:
    """Return the text without case, accents and compatibility forms; again, it stays the same."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return kept.translate(_DOTLESS)


def matches(asked: Collection[str], words: Collection[str]) -> bool:
    """Return whether each word that is asked for begins one of these."""
    return all(any(word.startswith(each) for word in words) for each in asked)

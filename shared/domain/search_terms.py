"""The words under which something is found: folded, so that case and accents do not matter."""

import unicodedata
from collections.abc import Collection

import regex

from shared.domain.alignments import UNSPACED

# Where a script sets no spaces between words, each character is found by itself.
_WORD = regex.compile(rf"(?V1)[\w--[{UNSPACED}]]+|[{UNSPACED}]")
# In Turkish a capital of its own has lost its dot here: both are found, whoever types which.
_DOTLESS = str.maketrans("\u0131", "i")
LONGEST_TERM = 40
_MOST = 700


def search_terms(*texts: str) -> tuple[str, ...]:
    """Return the folded words of these texts, each once, in order."""
    words = (word for text in texts for word in words_of(text, longest=LONGEST_TERM))
    return tuple(sorted(set(words))[:_MOST])


def words_of(text: str, *, longest: int) -> list[str]:
    """Return the folded words of a text in their order, as many characters of each."""
    return [word[:longest] for word in _WORD.findall(folded(text))]


def folded(text: str) -> str:
    """Return the text without case, accents and compatibility forms."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in apart if unicodedata.category(c) != "Mn").translate(_DOTLESS)


def matches(asked: Collection[str], terms: Collection[str]) -> bool:
    """Return whether each word that is asked for begins one of the terms."""
    return all(any(term.startswith(word) for term in terms) for word in asked)

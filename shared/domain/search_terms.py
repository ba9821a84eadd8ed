"""The words under which something is found: folded, so that case and accents do not matter."""

import re
import unicodedata
from collections.abc import Collection

_WORD = re.compile(r"\w+")
_LONGEST = 40
_MOST = 100


def search_terms(*texts: str) -> tuple[str, ...]:
    """Return the folded words of these texts, each once, in order."""
    words = (word[:_LONGEST] for text in texts for word in _WORD.findall(folded(text)))
    return tuple(sorted(set(words))[:_MOST])


def folded(text: str) -> str:
    """Return the text without case, accents and compatibility forms."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in apart if unicodedata.category(c) != "Mn")


def matches(asked: Collection[str], terms: Collection[str]) -> bool:
    """Return whether each word that is asked for begins one of the terms."""
    return all(any(term.startswith(word) for term in terms) for word in asked)

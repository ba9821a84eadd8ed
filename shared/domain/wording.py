"""Words as they are kept whole, and in the form that the writer gave them."""

import re
from collections import defaultdict
from collections.abc import Iterator

import regex

from shared.domain.text import GraphemeBoundaries, plain

# A word may hold any sign (don't, 3,000, a.b@c.de) but brackets, quotation marks, long dashes and
# the punctuation of scripts that write no spaces; at its ends stand letters, digits and the like.
_LETTER = r"[\p{L}\p{M}\p{N}\p{Sc}%\u2030\u00b0#@&+]"
_JOINED = (
    r"[^\s\p{Ps}\p{Pe}<>\"\u201c\u201d\u00ab\u00bb\u2014\u2026"
    r"\u3001-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]"
)
_TOKEN = regex.compile(rf"\s+|{_LETTER}(?:{_JOINED}*{_LETTER})?|(.)\1*", regex.DOTALL)

_WORDS = re.compile(r"\S+")
_GAPS = re.compile(r"(\s+)")
_PARAGRAPH_BREAK = re.compile(r"(?:\r\n|\r(?!\n)|\n)[^\S\r\n]*[\r\n]|\u2029")
_QUOTATION_MARKS = frozenset("\"'")  # which of a pair it is depends on where it stands


def cuts_of(text: str, boundaries: GraphemeBoundaries) -> frozenset[int]:
    """Return the offsets in code points, both ends included, that cut no word and no grapheme.

    A word reaches from its first letter or digit to its last; white space, and one mark repeated,
    is not cut either. The boundaries are those of the text.
    """
    return boundaries.among((0, *(token.end() for token in _TOKEN.finditer(text))))


class Wording:
    """How the writer wrote the words that a model repeats in a form of its own.

    For quotes that differ from the text by white space or typographic marks: what the model writes
    is then no evidence that it wants them changed.
    """

    def __init__(self, text: str, quote: str) -> None:
        self._breaks_are_seen = _breaks(text) <= _breaks(quote)
        self._forms = dict(_forms(text))

    def restored(self, old: str, new: str) -> str | None:
        """Return the replacement of `old` in the writer's forms.

        None where it would join paragraphs that the model did not see to be apart.
        """
        theirs, ours = _GAPS.split(old), _GAPS.split(self._reworded(new))
        for step in (1, -1):  # from either end, whatever stands in the same place
            _keep_same(theirs, ours, step)
        if len(theirs) == len(ours):
            ours[1::2] = map(_gap, theirs[1::2], ours[1::2])
        text = "".join(ours)
        return text if self._breaks_are_seen or _breaks(text) >= _breaks(old) else None

    def _reworded(self, text: str) -> str:
        return _WORDS.sub(self._word, text) if self._forms else text

    def _word(self, word: re.Match[str]) -> str:
        if whole := self._forms.get(plain(word.group())):
            return whole
        tokens = (token.group() for token in _TOKEN.finditer(word.group()))
        return "".join(self._forms.get(plain(token), token) for token in tokens)


def _forms(text: str) -> Iterator[tuple[str, str]]:
    """Yield each typed form, of words and of their parts, that stands for one written form."""
    typed, known = plain(text), defaultdict[str, set[str]](set)
    if typed == text:
        return
    for pattern in (_WORDS, _TOKEN):
        for found in pattern.finditer(text):
            known[typed[found.start() : found.end()]].add(found.group())
    for form, written in known.items():
        if len(written) == 1 and form not in _QUOTATION_MARKS:
            yield form, min(written)


def _gap(their: str, our: str) -> str:
    """Return the writer's white space for one space, which is all that a quote makes of it."""
    return their if our == " " else our


def _keep_same(theirs: list[str], ours: list[str], step: int) -> None:
    """Give what stands in both, up to `fold`, the writer's form, in place."""
    for at, (their, our) in enumerate(zip(theirs[::step], ours[::step], strict=False)):
        is_gap = at % 2 == 1
        if not is_gap and their != our and plain(their) != plain(our):
            return
        ours[at if step > 0 else -at - 1] = their


def _breaks(text: str) -> int:
    return len(_PARAGRAPH_BREAK.findall(text))

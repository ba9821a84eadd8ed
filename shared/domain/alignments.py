"""Which words of a text stand in a newer text, and where."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

import fast_diff_match_patch
import regex

from shared.domain.text import Span

# Words are whole, so that no edit is ever found inside one; where a script sets no spaces between
# words, each character is taken for one.
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = regex.compile(rf"(?V1)[\w--[{UNSPACED}]]+|\r\n|[^\S\r\n]+|(?s:.)")
_SURROGATES = 0xD800
_SURROGATE_COUNT = 0x800
_CODES = 0x110000 - _SURROGATE_COUNT


class AlignmentError(ValueError):
    """The texts have more different words than can be compared."""


@dataclass(frozen=True)
class Run:
    """Words that stand in both texts, `length` of them, from here on."""

    old: int
    new: int
    length: int

    @property
    def old_end(self) -> int:
        return self.old + self.length

    @property
    def new_end(self) -> int:
        return self.new + self.length


class Words:
    """A text as a string with one code point for each of its words and signs."""

    def __init__(self, text: str, codes: dict[str, str]) -> None:
        """`codes` grows with the words; texts that share it can be compared.

        :raises AlignmentError: there are not enough code points
        """
        self.text = text
        tokens = _TOKEN.findall(text)
        for token in tokens:
            if token not in codes:
                codes[token] = _code(len(codes) + 1)
        self.codes = "".join([codes[token] for token in tokens])
        self.starts = list(accumulate(map(len, tokens), initial=0))

    def stretch(self, words: Span) -> Span:
        """Return where these words stand in the text, in code points."""
        return Span(self.starts[words.start], self.starts[words.end])

    def around(self, span: Span) -> Span:
        """Return the words that the span touches, by their numbers."""
        first = bisect_right(self.starts, span.start) - 1
        last = bisect_right(self.starts, span.end - 1) - 1
        return Span(first, last + 1)


class Alignment:
    """The edit script from one text to a newer one, word by word.

    The script is Myers' shortest one (google-diff-match-patch). When the time is over what is not
    compared yet counts as rewritten, so a short time costs finds and never truth.
    """

    def __init__(self, old: str, new: str, *, least: int, time_limit_s: float) -> None:
        """Compare; what reads the same for fewer than `least` words counts as rewritten.

        :raises AlignmentError: the texts have more than a million different words
        """
        codes: dict[str, str] = {}
        self.old, self.new = Words(old, codes), Words(new, codes)
        self._signs = frozenset(code for word, code in codes.items() if not _is_word(word))
        runs = _runs(self.old.codes, self.new.codes, time_limit_s)
        self.runs = [run for run in runs if run.length >= min(least, len(self.old.codes) // 2)]
        self._old_starts = [run.old for run in self.runs]
        self._new_starts = [run.new for run in self.runs]

    def is_word(self, code: str) -> bool:
        """Whether the code stands for a word, and for no sign or space."""
        return code not in self._signs

    def run_of_old(self, words: Span) -> int | None:
        """Return the number of the run in which all of these words of the old text stand."""
        at = bisect_right(self._old_starts, words.start) - 1
        return at if at >= 0 and words.end <= self.runs[at].old_end else None

    def run_of_new(self, words: Span) -> int | None:
        """Return the number of the run in which all of these words of the new text stand."""
        at = bisect_right(self._new_starts, words.start) - 1
        return at if at >= 0 and words.end <= self.runs[at].new_end else None

    def gap_before(self, at: int) -> tuple[Span, Span]:
        """Return what was taken out, and what was put in, before the run of this number.

        Behind the last run there is a gap too.
        """
        before = self.runs[at - 1] if at else Run(0, 0, 0)
        if at == len(self.runs):
            end = Run(len(self.old.codes), len(self.new.codes), 0)
        else:
            end = self.runs[at]
        return Span(before.old_end, end.old), Span(before.new_end, end.new)

    def is_deleted(self, words: Span) -> bool:
        """Whether these words of the old text were taken out, with nothing put in their place."""
        at = bisect_right(self._old_starts, words.start)
        taken, put = self.gap_before(at)
        return put.start == put.end and taken.contains(words)


def _runs(old: str, new: str, time_limit_s: float) -> Iterator[Run]:
    script = fast_diff_match_patch.diff(
        old, new, timelimit=time_limit_s, checklines=False, cleanup="No"
    )
    at_old = at_new = 0
    for operation, length in script:
        if operation == "=":
            yield Run(at_old, at_new, length)
        at_old += length if operation != "+" else 0
        at_new += length if operation != "-" else 0


def _is_word(token: str) -> bool:
    return token[0].isalnum()


def _code(number: int) -> str:
    if number >= _CODES:
        raise AlignmentError("The texts have too many different words")
    return chr(number if number < _SURROGATES else number + _SURROGATE_COUNT)

"""A text as words with places."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shared.domain.text import Span

_WORD = re.compile(r"\w+(?:['\u2019\-]\w+)*")

# What may stand between the end of one sentence and the first word of the next.
_LEAD = " \t\u00a0\"'“”\u2018\u2019()[]*_#>-"
_LOOK_BACK = 12


class Word(NamedTuple):
    """A word, with its hyphens and apostrophes; the key is how phrases spell it."""

    key: str
    start: int
    end: int


def words_in(content: str, area: Span) -> Iterator[Word]:
    """Yield the words of a stretch of the text."""
    for found in _WORD.finditer(content, area.start, area.end):
        yield Word(found.group().lower().replace("\u2019", "'"), found.start(), found.end())


@dataclass(frozen=True)
class Stretch:
    """Some words in a row, from `first` up to but not including `stop`."""

    content: str
    words: Sequence[Word]
    first: int
    stop: int

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(word.key for word in self.words[self.first : self.stop])

    @property
    def span(self) -> Span:
        return Span(self.words[self.first].start, self.words[self.stop - 1].end)

    @property
    def text(self) -> str:
        return self.span.of(self.content)

    @property
    def is_unbroken(self) -> bool:
        """Whether only space on one line stands between the words, and no apostrophe follows."""
        gaps = range(self.first + 1, self.stop)
        follower = self.content[self.span.end : self.span.end + 1]
        return follower not in ("'", "\u2019") and all(
            _is_blank(self.gap_before(at)) for at in gaps
        )

    @property
    def before(self) -> Word | None:
        """The word in front, if only space stands between."""
        is_near = self.first > 0 and _is_blank(self.gap_before(self.first))
        return self.words[self.first - 1] if is_near else None

    @property
    def after(self) -> Word | None:
        """The word behind, if only space, or a comma and space, stands between."""
        if self.stop >= len(self.words):
            return None
        is_near = _is_blank(self.gap_before(self.stop).removeprefix(","))
        return self.words[self.stop] if is_near else None

    @property
    def key_before(self) -> str:
        return self.before.key if self.before else ""

    @property
    def key_after(self) -> str:
        return self.after.key if self.after and not self.followed_by_comma else ""

    @property
    def followed_by_comma(self) -> bool:
        return self.content.startswith(",", self.span.end)

    @property
    def opens_sentence(self) -> bool:
        """Whether a sentence, a line or the text begins here."""
        start = self.span.start
        lead = self.content[max(start - _LOOK_BACK, 0) : start].rstrip(_LEAD)
        return not lead or lead[-1] in ".!?:…\r\n"

    @property
    def is_name(self) -> bool:
        """Whether a capital stands inside a sentence: then it belongs to a name or a title."""
        is_pronoun = self.keys[0].split("'")[0] == "i"
        is_capital = self.text[0].isupper() and not self.text.isupper() and not is_pronoun
        return is_capital and not self.opens_sentence

    def gap_before(self, at: int) -> str:
        return self.content[self.words[at - 1].end : self.words[at].start]


def _is_blank(gap: str) -> bool:
    return gap.isspace() and "\n" not in gap

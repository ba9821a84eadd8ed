"""Finds the table's phrases in a text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from shared.domain.text import Span
from workers.ai.offline.findings import Finding
from workers.ai.offline.phrase_data import PhraseGroup, PhraseRule
from workers.ai.offline.rewording import reword
from workers.ai.offline.words import Stretch, Word, words_in


class PhraseBook:
    """Asks at each word once for every length that a phrase with this beginning has.

    So the cost is linear in the text and hardly grows with the table.
    """

    def __init__(self, rules: Iterable[PhraseRule]) -> None:
        self._rules: dict[tuple[str, ...], list[PhraseRule]] = defaultdict(list)
        lengths: dict[str, set[int]] = defaultdict(set)
        for rule in rules:
            self._rules[rule.words].append(rule)
            lengths[rule.words[0]].add(len(rule.words))
        self._lengths = {word: sorted(known, reverse=True) for word, known in lengths.items()}

    def find(self, content: str, area: Span) -> Iterator[Finding]:
        """Yield what the table proposes; of two phrases at one word, the longer one."""
        words = list(words_in(content, area))
        reached = area.start
        for at, word in enumerate(words):
            if word.start < reached:
                continue
            finding = next(self._find_at(content, words, at), None)
            if finding:
                reached = finding.span.end
                yield finding

    def _find_at(self, content: str, words: Sequence[Word], at: int) -> Iterator[Finding]:
        for length in self._lengths.get(words[at].key, ()):
            keys = tuple(word.key for word in words[at : at + length])
            for rule in self._rules.get(keys, ()):
                stretch = Stretch(content, words, at, at + len(keys))
                finding = reword(stretch, rule) if _allows(rule.group, stretch) else None
                if finding:
                    yield finding


def _allows(group: PhraseGroup, stretch: Stretch) -> bool:
    """Whether the conditions of the group hold, and the phrase is no name or title."""
    before, after = stretch.key_before, stretch.key_after
    return (
        stretch.is_unbroken
        and before not in group.unless_after
        and after not in group.unless_before
        and after.endswith(group.before_ending)
        and (bool(after) or not group.goes_on)
        and (stretch.followed_by_comma or not group.comma)
        and (stretch.opens_sentence or not group.opens_sentence)
        and not stretch.is_name
    )

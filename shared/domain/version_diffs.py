"""What changed from one version of a text to another, word by word."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shared.domain.alignments import Alignment, AlignmentError
from shared.domain.text import Span
from shared.domain.unified_diffs import unified_diff

_TIME_LIMIT_S = 1.0
_SPACES = " \n"


@dataclass(frozen=True)
class TextChange:
    """A stretch of the old text, and the stretch of the new one that stands in its place."""

    old: Span
    new: Span


@dataclass(frozen=True)
class VersionDiff:
    """The changes in their order, and the same as a unified diff."""

    changes: tuple[TextChange, ...]
    unified: str


def compare(old: str, new: str) -> VersionDiff:
    """Return how the new text came out of the old one.

    Words are whole. Where the texts are too different to be compared in a second, a longer stretch
    counts as rewritten: the diff is coarse then, and never wrong.
    """
    changes = tuple(_changes(old, new))
    replaced = [(change.old, change.new.of(new)) for change in changes]
    return VersionDiff(changes, unified_diff(old, replaced))


def _changes(old: str, new: str) -> Iterator[TextChange]:
    head, tail = _shared_ends(old, new)
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    for taken, put in _replacements(before, after):
        yield TextChange(_shifted(taken, head), _shifted(put, head))


def _replacements(old: str, new: str) -> Iterator[tuple[Span, Span]]:
    if old == new:
        return
    try:
        found = Alignment(old, new, least=1, time_limit_s=_TIME_LIMIT_S)
    except AlignmentError:
        yield Span(0, len(old)), Span(0, len(new))
        return
    for number in range(len(found.runs) + 1):
        taken, put = found.gap_before(number)
        if taken.start < taken.end or put.start < put.end:
            yield found.old.stretch(taken), found.new.stretch(put)


def _shared_ends(old: str, new: str) -> tuple[int, int]:
    """Return how much is the same at both ends, in whole words: nothing there has to be compared.

    Most saves change a few words of a long text.
    """
    shortest = min(len(old), len(new))
    head = _longest(shortest, lambda n: old[:n] == new[:n])
    head = max(old.rfind(space, 0, head) for space in _SPACES) + 1
    tail = _longest(shortest - head, lambda n: old[len(old) - n :] == new[len(new) - n :])
    spaces = (old.find(space, len(old) - tail) for space in _SPACES)
    first = min((at for at in spaces if at >= 0), default=len(old))
    return head, len(old) - first


def _longest(limit: int, agrees: Callable[[int], bool]) -> int:
    """Return the greatest number that agrees, where all smaller ones do."""
    return bisect_left(range(1, limit + 1), True, key=lambda n: not agrees(n))


def _shifted(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)

"""What changed from one version of a text to another, word by word."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.domain.alignments import Alignment, AlignmentError
from shared.domain.text import Span
from shared.domain.unified_diffs import unified_diff

_TIME_LIMIT_S = 1.0


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
    if old == new:
        return
    try:
        found = Alignment(old, new, least=1, time_limit_s=_TIME_LIMIT_S)
    except AlignmentError:
        yield TextChange(Span(0, len(old)), Span(0, len(new)))
        return
    for number in range(len(found.runs) + 1):
        taken, put = found.gap_before(number)
        if taken.start < taken.end or put.start < put.end:
            yield TextChange(found.old.stretch(taken), found.new.stretch(put))

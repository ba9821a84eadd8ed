"""Puts suggestions into a text that may have changed since they were made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.domain.rebase import Quote, Rebased, RebaseState, rebase
from shared.domain.renderings import Change, apply_changes
from shared.domain.text import Span

# So many are looked for together in a newer text without reaching what `rebase` searches at most.
_AT_ONCE = 500


@dataclass(frozen=True)
class Choice:
    """Which suggestions of a batch to apply, by their ids and by those of sections.

    None of both is all that the writer has not rejected; so is a section. A suggestion that is
    named is meant, whatever was decided about it before.
    """

    suggestions: Sequence[str] | None = None
    sections: Sequence[str] | None = None

    @property
    def is_of_all(self) -> bool:
        """Whether nothing is named."""
        return self.suggestions is None and self.sections is None


@dataclass(frozen=True)
class Proposal:
    """A suggestion for the old text: its words, their place in code points, and the new words."""

    id: str
    original: str
    span: Span
    suggested: str


@dataclass(frozen=True)
class Conflict:
    """A suggestion that was not made, and what became of its words."""

    id: str
    state: RebaseState


@dataclass(frozen=True)
class Applied:
    """The text with what could be made of the suggestions, and what could not."""

    content: str
    applied: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


def apply_proposals(old: str, new: str, proposals: Sequence[Proposal]) -> Applied:
    """Return the new text with each suggestion made whose words stand there without doubt.

    What `rebase` has no place for is a conflict. So is what stands there already: whoever did not
    hear the answer to their first try may try again, and "very" never becomes "very very very".
    """
    changes: list[Change] = []
    conflicts: list[Conflict] = []
    reached = 0
    for proposal, fate in _fates(old, new, proposals):
        place = fate.span
        if place is None:
            conflicts.append(Conflict(proposal.id, fate.state))
        elif _is_made(old, new, proposal, place):
            conflicts.append(Conflict(proposal.id, RebaseState.GONE))
        elif place.start < reached:
            conflicts.append(Conflict(proposal.id, RebaseState.CONFLICTED))
        else:
            changes.append(Change(proposal.id, place, proposal.suggested))
            reached = place.end
    applied = tuple(change.id for change in changes)
    return Applied(apply_changes(new, changes), applied, tuple(conflicts))


def _fates(old: str, new: str, proposals: Sequence[Proposal]) -> Iterator[tuple[Proposal, Rebased]]:
    """Yield what became of each, in the order of the old text."""
    ordered = sorted(proposals, key=lambda proposal: proposal.span)
    at_once = _AT_ONCE if old != new else len(ordered) or 1
    for first in range(0, len(ordered), at_once):
        some = ordered[first : first + at_once]
        quotes = (Quote(one.original, one.span) for one in some)
        yield from zip(some, rebase(old, new, quotes), strict=True)


def _is_made(old: str, new: str, proposal: Proposal, place: Span) -> bool:
    """Whether the new words stand around the place already, and did not before."""
    suggested, at = proposal.suggested, proposal.suggested.find(proposal.original)
    while at >= 0:
        if _stands(new, suggested, place.start - at) and not _stands(
            old, suggested, proposal.span.start - at
        ):
            return True
        at = suggested.find(proposal.original, at + 1)
    return False


def _stands(text: str, words: str, at: int) -> bool:
    return at >= 0 and text.startswith(words, at)

"""Places what a model proposes part by part, so that the limit serves the whole text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.domain.placements import Placed, SuggestionSheet
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.suggestions import Edit
from shared.domain.text import Span


@dataclass(frozen=True)
class Proposal:
    """An edit, and the part of the text that the model was asked about."""

    edit: Edit
    part: Span


class Spread:
    """Puts the edits of one part after the other on a sheet, each in its own part only.

    Without shares the first pages of a long text would use up `max_suggestions`. So by the end of a
    part no more may stand than its end is of the whole. What is over waits, and is placed when all
    parts have had their turn, as far as there is room then.
    """

    def __init__(self, sheet: SuggestionSheet, request: SuggestionRequest) -> None:
        self.sheet = sheet
        self._within = request.within
        self._limit = request.max_suggestions
        self._waiting: list[Proposal] = []

    def add(self, edit: Edit | None, part: Span) -> Iterator[Placed]:
        """Yield the edit's fate, or nothing if it has to wait; None could not be read."""
        if edit and self._share(part) <= len(self.sheet.suggestions) < self._limit:
            self._waiting.append(Proposal(edit, part))
            return
        self.sheet.turn_to(part)
        yield self.sheet.add(edit)

    def close(self) -> Iterator[Placed]:
        """Yield the fates of those that had to wait."""
        for proposal in self._waiting:
            self.sheet.turn_to(proposal.part)
            yield self.sheet.add(proposal.edit)

    def _share(self, part: Span) -> int:
        """Return how many may stand by the end of the part, rounded up."""
        done = part.end - self._within.start
        return -(-self._limit * done // (self._within.end - self._within.start))


def place_again(
    request: SuggestionRequest, sheet: SuggestionSheet, proposals: Iterable[Proposal]
) -> Iterator[Placed]:
    """Yield the fates of a known answer's proposals: the same as when they first came."""
    spread = Spread(sheet, request)
    for proposal in proposals:
        yield from spread.add(proposal.edit, proposal.part)
    yield from spread.close()

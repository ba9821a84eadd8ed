"""Asks the model about one window after the other, and tells at once what it proposes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from shared.domain.placements import Placed
from shared.domain.proposals import Proposal, Spread
from shared.domain.suggestions import Edit
from shared.domain.text import Span
from shared.errors import (
    AppError,
    ContentRefusedError,
    NoValidSuggestionsError,
    OutputTruncatedError,
)
from shared.jobs.records import Event
from shared.jobs.states import Outcome
from shared.jobs.suggestion_events import event_of, progress_event
from workers.ai.provider import Provider
from workers.ai.replies import ReplyReader
from workers.services.claims import Claim
from workers.services.metering import metered
from workers.services.window_calls import WindowCall, asked_again

_MOST_AT_ONCE = 50  # events; between two such lots it is seen whether the work was stopped


@dataclass
class Reply:
    """What came from the model in all its calls, and what was told of it."""

    proposals: list[Proposal] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    outcome: Outcome = Outcome.COMPLETE


class Asking:
    """The calls of one claim; `spread` takes the edits, and the claim's log tells of them.

    Or `tell` does, where what comes is to be told in another way; it raises what stops the work.
    """

    def __init__(
        self,
        provider: Provider,
        claim: Claim,
        spread: Spread,
        tell: Callable[..., None] | None = None,
    ) -> None:
        self._provider = provider
        self._claim = claim
        self._spread = spread
        self._emit = tell or claim.emit
        self._reply = Reply()
        self._has_asked_again = False

    def ask_all(self, calls: Sequence[WindowCall]) -> Reply:
        """Return what came: partial where a reply was cut, or one among others was of no use.

        A failure of the provider is for the claim: it takes back all that was shown, and the work
        begins again with the first window.

        :raises AppError: the provider failed, or no window had a reply that could be used
        """
        faults: list[AppError] = []
        for done, asked in enumerate(calls):
            if len(calls) > 1:
                self._emit(progress_event(done, len(calls)))
            fault = self._fault_of(asked)
            faults += [fault] if fault else []
        if len(faults) == len(calls):
            raise faults[0]
        self._tell(self._spread.close())
        if faults:
            self._reply.outcome = Outcome.PARTIAL
        elif self._reply.outcome is Outcome.COMPLETE and self._claim.answered_by:
            self._reply.outcome = Outcome.DEGRADED
        return self._reply

    def _fault_of(self, asked: WindowCall) -> AppError | None:
        """Ask about one window, and return why the model has nothing to say of it.

        A reply that nobody can read is asked for in its right form, once for the whole job.
        """
        reader = ReplyReader()
        try:
            self._ask(asked, reader)
        except NoValidSuggestionsError as fault:
            if self._has_asked_again or not reader.text.strip():
                return fault
            self._has_asked_again = True
            return self._fault_of(asked_again(asked, reader.text))
        except (ContentRefusedError, OutputTruncatedError) as fault:
            return fault
        return None

    def _ask(self, asked: WindowCall, reader: ReplyReader) -> None:
        with metered(self._claim, asked.call, self._provider.model) as meter:
            for part in self._provider.stream(asked.call, self._claim.interrupt):
                meter.read(part)
                self._tell(self._placed(reader.feed(part), asked.part))
        self._tell(self._placed(reader.close(), asked.part))
        if reader.is_partial:
            self._reply.outcome = Outcome.PARTIAL

    def _placed(self, edits: Iterable[Edit | None], part: Span) -> Iterator[Placed]:
        for edit in edits:
            if edit and not edit.fault:
                self._reply.proposals.append(Proposal(edit, part))
            yield from self._spread.add(edit, part)

    def _tell(self, placed: Iterator[Placed]) -> None:
        """Tell at once what is there: one piece of a reply may hold thousands of items."""
        while events := [event_of(one) for one in islice(placed, _MOST_AT_ONCE)]:
            self._reply.events += events
            self._emit(*events)

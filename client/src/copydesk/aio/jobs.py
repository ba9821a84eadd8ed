"""Jobs and batches, for those who await: what was ordered, and what becomes of it."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Generic, Self, Unpack

from copydesk.calls import batches, jobs
from copydesk.job_states import JobState, R
from copydesk.lines.asynchronous import AsyncLine
from copydesk.models.documents import Applied
from copydesk.models.jobs import Event, Section
from copydesk.models.suggestions import Suggestion, SuggestionResult
from copydesk.protocol.following import PATIENCE_S, Following
from copydesk.protocol.waiting import result_of, until_final
from copydesk.terms import ChangeFormat


class AsyncJob(JobState, Generic[R]):
    """A job as it was last seen; `refresh` looks again."""

    _line: AsyncLine

    async def refresh(self) -> Self:
        """See how it stands now."""
        return self._saw(await self._line.do(self._read()))

    async def wait(self, timeout: float | None = None) -> Self:
        """Return once it is final, however it ended.

        :raises JobTimeoutError: it did not end in time; it goes on
        """
        return self._saw(await self._line.run(until_final(self.view, self._read, timeout)))

    async def result(self, timeout: float | None = None) -> R:
        """Return what it made, once it is final; `timeout` in seconds.

        :raises JobFailedError: it ended without a result
        :raises JobTimeoutError: it did not end in time; it goes on
        """
        await self.wait(timeout)
        result: R = await self._line.run(result_of(self.view))
        return result

    async def events(
        self, after: int = 0, *, patience: float = PATIENCE_S
    ) -> AsyncGenerator[Event, None]:
        """Follow it to its end, from behind an event on: each event once, and none missed.

        Lost connections and restarts of the server are survived; the job itself is seen with its
        last event.

        :raises ConnectionLostError: for `patience` seconds there was no contact
        """
        place = Following(self._line.exchange, self.id, after, patience)
        async with aclosing(self._line.follow(place)) as followed:  # at once, not some time later
            async for event in followed:
                self._heard(event)
                yield event
        if self.is_final and not self.view.is_whole:
            await self.refresh()

    async def tracked(self, format: ChangeFormat = "html") -> bytes:
        """Return the text with the suggestions as tracked changes, as a file of this format."""
        return await self._line.do(jobs.tracked(self.id, format))

    async def cancel(self) -> Self:
        """Cancel it; asking again does no harm."""
        return self._saw(await self._line.do(jobs.cancel(self.id)))

    async def retry(self) -> Self:
        """Return a new job that tries again what ended without success."""
        return type(self)(self._line, await self._line.do(jobs.retry(self.id)))

    async def delete(self) -> None:
        """Delete it with all that was kept of it."""
        await self._line.do(jobs.delete(self.id))

    async def accept(self, suggestion: Suggestion | str) -> Suggestion:
        """Note that the writer took a suggestion; the last word counts."""
        return await self._line.do(jobs.decide(self.id, suggestion, "accept"))

    async def reject(self, suggestion: Suggestion | str) -> Suggestion:
        """Note that the writer refused a suggestion; the last word counts."""
        return await self._line.do(jobs.decide(self.id, suggestion, "reject"))


class AsyncBatch(AsyncJob[SuggestionResult]):
    """A whole document in work, section by section."""

    def sections(self, status: str | None = None) -> AsyncIterator[Section]:
        """Go through its sections in the document's order, or through those of one status."""
        return self._line.each(lambda page: batches.sections(self.id, status, page))

    async def apply(self, **which: Unpack[batches.ApplyTerms]) -> Applied:
        """Put suggestions into the stored document that it is about, as one new revision.

        `suggestions` or `sections` say which, by their ids: left out, all that were not rejected.
        `revision` is the one that the caller has seen: left out, the one that was improved. What
        does not fit any more is in `conflicts`, and was not applied.

        :raises RevisionConflictError: the document stands at another revision
        """
        return await self._line.do(batches.apply(self.view, which))

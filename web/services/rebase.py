"""Finds where suggestions stand in a newer text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.data.redis.job_store import JobStore
from shared.domain.rebase import Quote, Rebased, rebase
from shared.domain.text import OffsetEncoding, OffsetError, OffsetMap, Span
from shared.errors import RequestInvalidError
from shared.jobs.records import JobRecord
from web.services.job_views import suggestions_of
from web.services.track_changes import document_of

_INVALID = "Invalid request parameters"


@dataclass(frozen=True)
class NamedQuote:
    """A suggestion's words and place, as the client counts."""

    id: str
    original: str
    start: int
    end: int


@dataclass(frozen=True)
class RebaseTask:
    """Everything there is to know; nothing of it comes from a store any more."""

    quotes: tuple[NamedQuote, ...]
    old: str
    new: str
    quoted_in: OffsetEncoding
    asked_in: OffsetEncoding
    are_sent: bool = True

    def run(self) -> list[dict[str, Any]]:
        """Return what became of each suggestion, in the unit that was asked for.

        :raises RequestInvalidError: an offset cuts a character, or lies outside of the old text
        """
        offsets = OffsetMap(self.new, self.asked_in)
        fates = rebase(self.old, self.new, self._placed())
        return [_view(named, fate, offsets) for named, fate in zip(self.quotes, fates, strict=True)]

    def _placed(self) -> Sequence[Quote]:
        offsets, faults, placed = OffsetMap(self.old, self.quoted_in), [], []
        for number, one in enumerate(self.quotes):
            try:
                span = Span(offsets.decode(one.start), offsets.decode(one.end))
                placed.append(Quote(one.original, span))
            except OffsetError as error:
                field = f"suggestions.{number}" if self.are_sent else "old"
                faults.append({"field": field, "error": str(error)})
        if faults:
            raise RequestInvalidError(_INVALID, details=faults)
        return placed


@dataclass(frozen=True)
class RebaseDesk:
    """Gathers what a rebase of a job's suggestions needs."""

    jobs: JobStore

    def of_job(
        self, job: JobRecord, old: str | None, new: str, asked_in: OffsetEncoding
    ) -> RebaseTask:
        """Return the task for a job's own suggestions.

        :raises ConflictError: the job has no result, or was not about a text
        :raises GoneError: its keeping time is over
        """
        suggestions = suggestions_of(job)
        document = document_of(job, self.jobs)
        quotes = (
            NamedQuote(one["id"], one["original"], one["start"], one["end"]) for one in suggestions
        )
        text = document["content"] if old is None else old
        counted_in = OffsetEncoding(document["offset_encoding"])
        return RebaseTask(tuple(quotes), text, new, counted_in, asked_in, are_sent=False)


def _view(named: NamedQuote, fate: Rebased, offsets: OffsetMap) -> dict[str, Any]:
    place = fate.span
    return {
        "id": named.id,
        "state": fate.state,
        "start": offsets.encode(place.start) if place else None,
        "end": offsets.encode(place.end) if place else None,
    }

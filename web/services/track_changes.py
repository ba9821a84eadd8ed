"""Shows a job's text with its suggestions as tracked changes."""

from dataclasses import dataclass
from typing import Any

import orjson

from shared.data.redis.job_store import JobStore
from shared.domain.renderings import Change, ChangeFormat, render_changes
from shared.domain.text import OffsetEncoding, OffsetMap, Span
from shared.errors import ConflictError
from shared.jobs.names import JobKind
from shared.jobs.records import JobRecord
from shared.jobs.states import Decision
from web.services.job_views import suggestions_of


@dataclass(frozen=True)
class TrackChanges:
    """What the writer rejected is left out; the rest is shown as a proposal."""

    jobs: JobStore

    def render(self, job: JobRecord, form: ChangeFormat) -> str:
        """Return the text of a job that has succeeded, with its changes.

        :raises ConflictError: the job was not about a text, or has not succeeded
        :raises GoneError: its keeping time is over
        """
        document = document_of(job, self.jobs)
        content = document["content"]
        offsets = OffsetMap(content, OffsetEncoding(document["offset_encoding"]))
        return render_changes(content, _changes(job, offsets), form)


def document_of(job: JobRecord, jobs: JobStore) -> dict[str, Any]:
    """Return the text that the job was about, and how its offsets count.

    :raises ConflictError: it was not about a text
    :raises GoneError: its keeping time is over
    """
    request = orjson.loads(jobs.input(job))["request"]
    document: dict[str, Any] = request["document"] if job.kind is JobKind.CHAT else request
    if not document["content"]:
        raise ConflictError("This job was not about a text")
    return document


def _changes(job: JobRecord, offsets: OffsetMap) -> list[Change]:
    return [
        Change(
            one["id"],
            Span(offsets.decode(one["start"]), offsets.decode(one["end"])),
            one["suggested"],
        )
        for one in suggestions_of(job)
        if job.decisions.get(one["id"]) != Decision.REJECTED
    ]

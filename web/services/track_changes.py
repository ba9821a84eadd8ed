"""Shows a job's text with its suggestions as tracked changes."""

from dataclasses import dataclass
from typing import Any

import orjson

from shared.data.redis.job_store import JobStore
from shared.domain.files.formats import FileFormat
from shared.domain.renderings import Change, ChangeFormat, render_changes, sign_changes
from shared.domain.text import OffsetEncoding, OffsetMap, Span
from shared.errors import ConflictError
from shared.jobs.names import JobKind
from shared.jobs.records import JobRecord
from shared.jobs.states import Decision
from web.services.conversions import Converter, Redline
from web.services.files import Download
from web.services.job_views import suggestions_of, timestamp

_AUTHOR = "Copydesk"
_TO_THE_SECOND = len("2026-01-01T00:00:00")


@dataclass(frozen=True)
class TrackChanges:
    """What the writer rejected is left out; the rest is shown as a proposal."""

    jobs: JobStore
    converter: Converter

    def render(self, job: JobRecord, form: ChangeFormat) -> str:
        """Return the text of a job that has succeeded, with its changes.

        :raises ConflictError: the job was not about a text, or has not succeeded
        :raises GoneError: its keeping time is over
        """
        document = document_of(job, self.jobs)
        return render_changes(document["content"], _changes(job, document), form)

    def as_docx(self, job: JobRecord) -> Download:
        """Return the same as a DOCX, for a word processor to accept or reject each change.

        :raises ConflictError, GoneError: as in `render`
        :raises PayloadTooLargeError: the text is too long or too intricate to be converted
        :raises OverloadedError: too many files are being converted
        """
        document = document_of(job, self.jobs)
        text = sign_changes(document["content"], _changes(job, document))
        redline = Redline(text, _AUTHOR, _finished(job))
        content = self.converter.track(redline, FileFormat(document["format"]))
        return Download(content, FileFormat.DOCX, f"{job.id}{FileFormat.DOCX.extension}")


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


def _changes(job: JobRecord, document: dict[str, Any]) -> list[Change]:
    offsets = OffsetMap(document["content"], OffsetEncoding(document["offset_encoding"]))
    return [
        Change(
            one["id"],
            Span(offsets.decode(one["start"]), offsets.decode(one["end"])),
            one["suggested"],
        )
        for one in suggestions_of(job)
        if job.decisions.get(one["id"]) != Decision.REJECTED
    ]


def _finished(job: JobRecord) -> str:
    """Word takes whole seconds."""
    return f"{(timestamp(job.finished_ms or 0) or '')[:_TO_THE_SECOND]}Z"

"""Puts the suggestions of a batch into the stored document that it is about."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from shared.data.redis.decisions import DecisionStore
from shared.domain.applying import Applied, Choice, Proposal, apply_proposals
from shared.domain.documents import Change, Document
from shared.domain.permissions import Verb
from shared.domain.text import OffsetEncoding, OffsetMap, Span
from shared.errors import (
    AppError,
    ConflictError,
    PayloadTooLargeError,
    RequestInvalidError,
    RevisionConflictError,
)
from shared.jobs.records import JobRecord
from shared.jobs.states import Decision
from shared.metrics.recorder import recorder
from web.services.batches import BatchDesk
from web.services.documents import DocumentDesk, Expected, check_revision
from web.services.track_changes import document_of
from web.services.versions import VersionDesk

# Of those who save whatever stands there, one wins each round.
_TRIES = 20
_WHY = " of a batch applied"
_MOST_FAULTS = 1000
# What stands in a document can be sent again, to save it or to ask about it.
_MOST_BYTES = 2 * 1024 * 1024

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class BatchApplyDesk:
    """Makes one revision of what was chosen; `offload` is for what computes for long."""

    batches: BatchDesk
    documents: DocumentDesk
    versions: VersionDesk
    decisions: DecisionStore
    offload: Callable[[Callable[[], Any]], Any]

    def apply(
        self, batch_id: str, choice: Choice, *, who: str, expected: Expected
    ) -> tuple[Document, Applied]:
        """Return the document as it stands then, and what became of each suggestion.

        Where nothing can be applied there is no revision. Who asks again, having missed the answer,
        gets it once more.

        :raises ConflictError: the batch is not about a stored document
        :raises RequestInvalidError: something is chosen that the batch does not have
        :raises NotFoundError, ForbiddenError, GoneError: there is no such batch, or no document
        :raises RevisionConflictError: the document is at another revision than was expected
        :raises PayloadTooLargeError: it would be longer than a document may be
        """
        job = self.batches.find(batch_id, owner=who)
        document_id = job.about.get("document_id")
        if document_id is None:
            raise ConflictError("This batch is not about a stored document")
        text = document_of(job, self.batches.jobs.store)
        chosen = _chosen(choice, self._known(job), job.decisions)
        make = partial(_made, text, chosen)
        document, outcome = self._save(document_id, make, who=who, expected=expected)
        self._note(job, outcome, who)
        return document, outcome

    def _known(self, job: JobRecord) -> dict[str, Sequence[dict[str, Any]]]:
        """Return the suggestions of all sections that have some, or might yet have."""
        total = self.batches.progress(job).total
        known: dict[str, Sequence[dict[str, Any]]] = {f"sec_{n + 1}": () for n in range(total)}
        for spot, result in self.batches.results(job):
            known[spot.id] = result.standing_at(spot)
        return known

    def _save(
        self, document_id: str, make: Callable[[str], Applied], *, who: str, expected: Expected
    ) -> tuple[Document, Applied]:
        for _ in range(_TRIES):
            found = self.documents.find(document_id, who=who, verb=Verb.WRITE)
            earlier = self._earlier(found, make, who)
            if earlier and (expected is None or expected & {found.revision, found.revision - 1}):
                return found, earlier
            check_revision(found, expected)
            outcome: Applied = self.offload(partial(make, found.wording.content))
            if not outcome.applied:
                return found, outcome
            _check_length(outcome.content)
            change = Change(outcome.content, why=f"{_counted(outcome)}{_WHY}")
            try:
                at = frozenset({found.revision})
                saved = self.documents.save(document_id, change, who=who, expected=at)
            except RevisionConflictError:
                continue
            return saved, outcome
        raise RevisionConflictError("The document has changed meanwhile", revision=found.revision)

    def _earlier(self, found: Document, make: Callable[[str], Applied], who: str) -> Applied | None:
        """Return what was made of the revision before, if that is all this one consists in."""
        if not (found.saved.by == who and found.saved.why.endswith(_WHY)):
            return None
        try:
            before = self.versions.find(found.id, found.revision - 1, who=who).wording
        except AppError:  # its text may be in an archive that is away; nobody's words need it
            log.warning("earlier_version_not_read")
            return None
        outcome: Applied = self.offload(partial(make, before.content))
        return outcome if outcome.applied and outcome.content == found.wording.content else None

    def _note(self, job: JobRecord, outcome: Applied, who: str) -> None:
        """What was applied was accepted; if this fails, it stands in the document all the same."""
        try:
            self.decisions.decide(job, outcome.applied, Decision.ACCEPTED, owner=who)
            recorder.decided(Decision.ACCEPTED, len(outcome.applied))
        except AppError:
            log.warning("decisions_not_noted")


def _chosen(
    choice: Choice, known: Mapping[str, Sequence[dict[str, Any]]], decisions: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the chosen ones; `known` holds all suggestions by their section.

    :raises RequestInvalidError: something is named that is not there
    """
    here = {one["id"] for some in known.values() for one in some}
    named, sections = set(choice.suggestions or ()), choice.sections or ()
    faults = [
        *_faults("suggestions", choice.suggestions or (), here),
        *_faults("sections", sections, known),
    ]
    if faults:
        raise RequestInvalidError("Invalid request parameters", details=faults[:_MOST_FAULTS])
    of_sections = set(known if choice.is_of_all else sections)
    return [
        one
        for section, some in known.items()
        for one in some
        if one["id"] in named
        or (section in of_sections and decisions.get(one["id"]) != Decision.REJECTED)
    ]


def _made(text: Mapping[str, Any], chosen: Sequence[Mapping[str, Any]], current: str) -> Applied:
    old = text["content"]
    offsets = OffsetMap(old, OffsetEncoding(text["offset_encoding"]))
    proposals = [
        Proposal(
            id=one["id"],
            original=one["original"],
            span=Span(offsets.decode(one["start"]), offsets.decode(one["end"])),
            suggested=one["suggested"],
        )
        for one in chosen
    ]
    return apply_proposals(old, current, proposals)


def _check_length(content: str) -> None:
    if len(content.encode()) > _MOST_BYTES:
        raise PayloadTooLargeError("The document would be longer than 2 MB")


def _counted(outcome: Applied) -> str:
    count = len(outcome.applied)
    return "1 suggestion" if count == 1 else f"{count} suggestions"


def _faults(field: str, named: Sequence[str], known: Collection[str]) -> list[dict[str, str]]:
    return [
        {"field": f"{field}.{n}", "error": "This batch has none of this id"}
        for n, one in enumerate(named)
        if one not in known
    ]

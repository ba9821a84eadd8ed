"""Keeps what somebody types into a document until they save it."""

from dataclasses import dataclass, replace

from shared.data.mongo.drafts import DraftRepository
from shared.domain.documents import Document, Draft
from shared.domain.permissions import Verb, nothing_there
from shared.errors import (
    PreconditionRequiredError,
    RequestInvalidError,
    RevisionConflictError,
)
from web.services.documents import DocumentDesk, Expected


@dataclass(frozen=True)
class KeptDraft:
    """A draft, what it is a draft of, and whether there was none before."""

    draft: Draft
    document: Document
    is_new: bool = False


@dataclass(frozen=True)
class DraftDesk:
    """One draft for each writer of a document.

    One login saves it over and over. Another one of the same writer's is told first: whoever names
    the revision that they have seen replaces it, so no device loses the words of another.
    """

    documents: DocumentDesk
    store: DraftRepository

    def save(self, draft: Draft, *, expected: Expected, is_blind: bool) -> KeptDraft:
        """Return the draft as it is kept; blind is who names no revision.

        :raises NotFoundError, ForbiddenError: as in `DocumentDesk.find`, for one who may write
        :raises RequestInvalidError: it is based on a revision that is yet to come
        :raises RevisionConflictError: it is at another revision than was expected
        :raises PreconditionRequiredError: another login saved it last, and none was expected
        """
        document = self.documents.metadata(draft.document_id, who=draft.owner, verb=Verb.WRITE)
        based = replace(draft, base_revision=draft.base_revision or document.revision)
        _check_base(based, document)
        stands = self.store.find(draft.document_id, owner=draft.owner)
        if stands and stands.says_the_same_as(based):
            return KeptDraft(stands, document)
        _check(stands, based, expected, is_blind=is_blind)
        kept = self._keep(based, stands)
        if kept is None:
            again = self.store.find(draft.document_id, owner=draft.owner)
            raise _has_changed(again.revision if again else 0)
        return KeptDraft(kept, document, is_new=stands is None)

    def find(self, document_id: str, *, who: str) -> tuple[Draft, Document]:
        """Return one's draft, and the document to see whether it has moved on.

        :raises NotFoundError: there is none, or as in `DocumentDesk.find`
        """
        document = self.documents.metadata(document_id, who=who)
        draft = self.store.find(document_id, owner=who)
        if draft is None:
            raise nothing_there("draft")
        return draft, document

    def delete(self, document_id: str, *, who: str, expected: Expected) -> None:
        """Throw one's draft away, if there is one.

        :raises NotFoundError: as in `DocumentDesk.find`
        :raises RevisionConflictError: it is at another revision than was expected
        """
        self.documents.metadata(document_id, who=who)
        draft = self.store.find(document_id, owner=who)
        if draft is None:
            return
        if expected is not None and draft.revision not in expected:
            raise _has_changed(draft.revision)
        at = None if expected is None else draft.revision
        if not self.store.delete(document_id, owner=who, revision=at) and expected is not None:
            raise _has_changed(draft.revision + 1)

    def _keep(self, draft: Draft, stands: Draft | None) -> Draft | None:
        if stands is None:
            return self.store.add(draft)
        return self.store.replace(replace(draft, revision=stands.revision))


def _check(stands: Draft | None, draft: Draft, expected: Expected, *, is_blind: bool) -> None:
    if is_blind and stands and stands.device != draft.device:
        raise PreconditionRequiredError(
            "Another login saved this draft last: read it, and send If-Match with its ETag"
        )
    if expected is not None and (stands.revision if stands else 0) not in expected:
        raise _has_changed(stands.revision if stands else 0)


def _check_base(draft: Draft, document: Document) -> None:
    if draft.base_revision > document.revision:
        raise RequestInvalidError(
            "Invalid request parameters",
            details=[{"field": "base_revision", "error": "The document has no such revision yet"}],
        )


def _has_changed(revision: int) -> RevisionConflictError:
    return RevisionConflictError("The draft has changed meanwhile", revision=revision)

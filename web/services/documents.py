"""Creates, lists, shows, saves and deletes documents, for whoever may."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from shared.data.mongo.document_upkeep import DocumentUpkeep
from shared.data.mongo.documents import DocumentRepository
from shared.data.mongo.drafts import DraftRepository
from shared.domain.documents import Change, Document, DocumentFilter, Wording, conflict_copy
from shared.domain.permissions import Verb, nothing_there
from shared.errors import RevisionConflictError, StoreUnavailableError

# Of those who save whatever stands there, one wins each round.
_TRIES = 50
_COPIED = "Saved apart: the document had changed"

# The revisions that a change may follow, as the caller names them; None is any.
Expected = frozenset[int] | None

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class DocumentDesk:
    """Everything about documents as they stand; `new_id` gives ids that sort by time.

    StoreUnavailableError when MongoDB is away.
    """

    store: DocumentRepository
    drafts: DraftRepository
    upkeep: DocumentUpkeep
    new_id: Callable[[], str]

    def add(self, wording: Wording, *, owner: str, why: str) -> Document:
        """Return a new document."""
        return self.store.add(f"doc_{self.new_id()}", wording, owner=owner, why=why)

    def find(self, document_id: str, *, who: str, verb: Verb = Verb.READ) -> Document:
        """Return the document to one who may do this with it.

        :raises NotFoundError: it is unknown, or they may not know of it
        :raises ForbiddenError: they may see it, but not do this
        """
        return _allowed(self.store.find(document_id, who=who), verb, who)

    def metadata(self, document_id: str, *, who: str, verb: Verb = Verb.READ) -> Document:
        """Return the document without its content, as `find` does."""
        return _allowed(self.store.metadata(document_id, who=who), verb, who)

    def page(
        self, wanted: DocumentFilter, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[Document], str | None]:
        """Return documents without their content, newest first, and the cursor of the next page."""
        found = self.store.page(wanted, limit=limit + 1, before=cursor)
        shown = found[:limit]
        return shown, shown[-1].id if len(found) > limit else None

    def save(self, document_id: str, change: Change, *, who: str, expected: Expected) -> Document:
        """Return the document with the change in it; what changes nothing makes no revision.

        Whoever says what stands there already has no conflict: they may not have heard the answer
        to their first try (RFC 9110, 13.1.1).

        :raises NotFoundError, ForbiddenError: as in `find`
        :raises RevisionConflictError: it is at another revision than was expected
        """
        for _ in range(_TRIES):
            found = self.find(document_id, who=who, verb=Verb.WRITE)
            wording = change.of(found.wording)
            if wording == found.wording:
                return found
            check_revision(found, expected)
            saved = self.store.save(found, wording, who=who, why=change.why)
            if saved:
                self._let_draft_go(saved, who)
                return saved
        raise _has_changed(found)

    def save_or_copy(
        self, document_id: str, change: Change, *, who: str, expected: Expected
    ) -> Document:
        """Save; where somebody else was first, return a new document of the caller's own instead.

        :raises NotFoundError, ForbiddenError: as in `find`
        """
        try:
            return self.save(document_id, change, who=who, expected=expected)
        except RevisionConflictError:
            found = self.metadata(document_id, who=who, verb=Verb.WRITE)
        copy = conflict_copy(change.of(found.wording), time.time_ns() // 1_000_000)
        return self.add(copy, owner=who, why=change.why or _COPIED)

    def archive(self, document_id: str, *, who: str, archived: bool) -> Document:
        """Put the document into the archive, or take it out.

        :raises NotFoundError, ForbiddenError: as in `find`
        """
        found = self.find(document_id, who=who, verb=Verb.OWN)
        if found.archived is archived:
            return found
        changed = self.store.archive(document_id, owner=who, archived=archived)
        if changed is None:
            raise nothing_there("document")
        return changed

    def delete(self, document_id: str, *, who: str, expected: Expected) -> None:
        """Delete the document with all that it ever said, and everybody's drafts of it.

        :raises NotFoundError, ForbiddenError: as in `find`
        :raises RevisionConflictError: it is at another revision than was expected
        """
        for _ in range(_TRIES):
            found = self.metadata(document_id, who=who, verb=Verb.OWN)
            check_revision(found, expected)
            at = None if expected is None else found.revision
            if self.store.bury(document_id, owner=who, revision=at):
                self.upkeep.purge(document_id)
                return
        raise _has_changed(found)

    def _let_draft_go(self, saved: Document, who: str) -> None:
        """A draft whose very words were saved has done its work; if this fails, no harm is done."""
        try:
            draft = self.drafts.find(saved.id, owner=who)
            if draft and draft.is_saved_in(saved):
                self.drafts.delete(saved.id, owner=who, revision=draft.revision)
        except StoreUnavailableError:
            log.warning("draft_left_behind")


def _allowed(found: Document | None, verb: Verb, who: str) -> Document:
    if found is None:
        raise nothing_there("document")
    found.demand(verb, who)
    return found


def check_revision(found: Document, expected: Expected) -> None:
    """Refuse a change of something other than what the caller knows.

    :raises RevisionConflictError: it is at another revision than was expected
    """
    if expected is not None and found.revision not in expected:
        raise _has_changed(found)


def _has_changed(found: Document) -> RevisionConflictError:
    return RevisionConflictError("The document has changed meanwhile", revision=found.revision)

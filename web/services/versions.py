"""Shows what documents said before, tells versions apart, and brings one back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.data.mongo.document_versions import VersionRepository
from shared.domain.documents import Change, Document, Version
from shared.domain.permissions import Verb, nothing_there
from web.services.documents import DocumentDesk, Expected


@dataclass(frozen=True)
class VersionDesk:
    """Everything about versions; the newest one is the document as it stands.

    What a document said before is for those who may write it: a reader was shown what it says now.
    """

    documents: DocumentDesk
    store: VersionRepository

    def page(
        self, document_id: str, *, who: str, limit: int, after: int
    ) -> tuple[Sequence[Version], str | None]:
        """Return versions in their order, without their content, and the cursor of the next page.

        :raises NotFoundError, ForbiddenError: as in `DocumentDesk.find`
        """
        document = self._document(document_id, who)
        found = self.store.page(document, limit=limit + 1, after=after)
        if len(found) <= limit and after < document.revision:
            found.append(document.version)
        shown = found[:limit]
        return shown, str(shown[-1].revision) if len(found) > limit else None

    def find(self, document_id: str, revision: int, *, who: str) -> Version:
        """Return one version.

        :raises NotFoundError: there is none of this number, or as in `DocumentDesk.find`
        :raises ForbiddenError: as there
        """
        return self._version(self._document(document_id, who), revision, who)

    def pair(
        self, document_id: str, old: int | None, new: int | None, *, who: str
    ) -> tuple[Version, Version]:
        """Return two versions: if not named, the newest one, and the one before the other.

        :raises NotFoundError, ForbiddenError: as in `find`
        """
        document = self._document(document_id, who)
        last = self._version(document, document.revision if new is None else new, who)
        first = max(last.revision - 1, 1) if old is None else old
        return self._version(document, first, who), last

    def restore(
        self, document_id: str, revision: int, *, who: str, expected: Expected, why: str
    ) -> Document:
        """Return the document with what it said then, as a new revision.

        :raises NotFoundError, ForbiddenError: as in `find`
        :raises RevisionConflictError: it is at another revision than was expected
        """
        then = self.find(document_id, revision, who=who).wording
        change = Change(then.content, then.title, then.format, then.tags, why)
        told = replace(change, why=why or f"Version {revision} restored")
        return self.documents.save(document_id, told, who=who, expected=expected)

    def to_work_on(self, document_id: str, revision: int | None, *, who: str) -> Version:
        """Return what a job is to be about: what stands, or else the version that is named.

        :raises NotFoundError, ForbiddenError: as in `find`; for what stands, the right to suggest
            is enough
        """
        if revision is None:
            return self.documents.find(document_id, who=who, verb=Verb.SUGGEST).version
        document = self.documents.metadata(document_id, who=who, verb=Verb.SUGGEST)
        if revision != document.revision:
            document.demand(Verb.WRITE, who)
        return self._version(document, revision, who)

    def _document(self, document_id: str, who: str) -> Document:
        return self.documents.metadata(document_id, who=who, verb=Verb.WRITE)

    def _version(self, document: Document, revision: int, who: str) -> Version:
        if revision == document.revision:
            stands = self.documents.find(document.id, who=who, verb=Verb.SUGGEST)
            if stands.revision == revision:
                return stands.version
            document = stands  # it has moved on meanwhile
            document.demand(Verb.WRITE, who)
        found = self.store.find(document.id, revision) if revision < document.revision else None
        if found is None:
            raise nothing_there("version")
        return found

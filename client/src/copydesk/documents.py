"""Documents that Copydesk keeps."""

from collections.abc import Iterator, Mapping
from typing import Literal, Unpack

from copydesk.calls import documents as calls
from copydesk.lines.sync import Line
from copydesk.models.documents import (
    Diff,
    Document,
    DocumentSummary,
    Draft,
    Sharing,
    Version,
    VersionSummary,
)
from copydesk.terms import Access, DocumentFilter, DocumentTerms, FileFormat, FileTerms

AnyDocument = DocumentSummary | str
Revision = int | Literal["*"] | None


class Documents:
    """Create, list, read, save, delete; versions, drafts and files.

    Whatever takes a document takes its id as well.
    """

    def __init__(self, line: Line) -> None:
        self._line = line

    def create(self, content: str = "", **more: Unpack[DocumentTerms]) -> Document:
        """Keep a new document."""
        return self._line.do(calls.create(content, more))

    def get(self, document: AnyDocument) -> Document:
        """Return a document with its content."""
        return self._line.do(calls.get_(document))

    def list(self, **which: Unpack[DocumentFilter]) -> Iterator[DocumentSummary]:
        """Go through one's documents, newest first, without their content."""
        return self._line.each(lambda page: calls.documents(which, page))

    def save(
        self,
        document: AnyDocument,
        content: str,
        *,
        revision: Revision = None,
        **more: Unpack[DocumentTerms],
    ) -> Document:
        """Save over the revision that `document` has, or over the one that is named.

        With an id, name it: `revision="*"` saves over whatever stands there.

        :raises RevisionConflictError: somebody else was first
        :raises PreconditionRequiredError: no revision is known
        """
        return self._line.do(calls.save(document, content, revision, more))

    def delete(self, document: AnyDocument) -> None:
        """Delete a document with all its versions and drafts."""
        self._line.do(calls.delete(document))

    def archive(self, document: AnyDocument) -> Document:
        """Put a document out of the usual list."""
        return self._line.do(calls.archive(document, "archive"))

    def unarchive(self, document: AnyDocument) -> Document:
        """Take a document out of the archive."""
        return self._line.do(calls.archive(document, "unarchive"))

    def import_file(self, name: str, content: bytes, **more: Unpack[FileTerms]) -> Document:
        """Make a document of a file: plain text, Markdown, HTML or DOCX, as its name says."""
        return self._line.do(calls.import_file(name, content, more))

    def export(
        self,
        document: AnyDocument,
        format: FileFormat | None = None,
        *,
        revision: int | None = None,
    ) -> bytes:
        """Return a document as a file, in its own format unless another one is named."""
        return self._line.do(calls.export(document, format, revision))

    def share(
        self,
        document: AnyDocument,
        people: Mapping[str, Access] | None = None,
        *,
        public: bool | None = None,
    ) -> Sharing:
        """Say who else may use it: people by e-mail address, or all; None leaves it as it is."""
        return self._line.do(calls.share(document, people, public))

    def versions(self, document: AnyDocument) -> Iterator[VersionSummary]:
        """Go through the versions of a document, from the first on."""
        return self._line.each(lambda page: calls.versions(document, page))

    def version(self, document: AnyDocument, revision: int) -> Version:
        """Return what a document said at one of its revisions."""
        return self._line.do(calls.version(document, revision))

    def diff(self, document: AnyDocument, old: int | None = None, new: int | None = None) -> Diff:
        """Compare two versions: by default the newest one with the one before it."""
        return self._line.do(calls.diff(document, old, new))

    def restore(self, document: AnyDocument, revision: int, *, why: str = "") -> Document:
        """Bring an earlier version back, as a new one."""
        return self._line.do(calls.restore(document, revision, why))

    def draft(self, document: AnyDocument) -> Draft:
        """Return one's draft.

        :raises NotFoundError: there is none
        """
        return self._line.do(calls.draft(document))

    def save_draft(
        self, document: AnyDocument, content: str, **more: Unpack[calls.DraftTerms]
    ) -> Draft:
        """Keep what was typed and not saved; `over` is the draft that was read before.

        :raises RevisionConflictError: the draft is not what was read any more
        :raises PreconditionRequiredError: another device saved it: read it first
        """
        return self._line.do(calls.save_draft(document, content, more))

    def delete_draft(self, document: AnyDocument) -> None:
        """Throw one's draft away, if there is one."""
        self._line.do(calls.delete_draft(document))

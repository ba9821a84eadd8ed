"""Makes documents from files, and files from documents."""

import html
from dataclasses import dataclass
from functools import partial
from typing import IO

from shared.domain.documents import NO_TITLE, Document, Version, Wording
from shared.domain.files.decoding import decode
from shared.domain.files.formats import FileFormat
from shared.domain.files.names import Naming, file_name_for, title_of
from shared.domain.files.recognition import LONGEST_MAGIC, recognise
from shared.errors import PayloadTooLargeError
from web.services.cage import Cage
from web.services.conversions import Converter
from web.services.documents import DocumentDesk
from web.services.versions import VersionDesk

# A document can be sent again as it was read, with all that JSON adds to it.
MOST_CONTENT_BYTES = 1_500_000
_IMPORTED = "Imported"
_PAGE = (
    '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n</head>\n'
    "<body>\n{body}\n</body>\n</html>\n"
)


@dataclass(frozen=True)
class Upload:
    """A file as it was sent, and what is said of it; nothing of that is believed yet."""

    file: IO[bytes]
    media_type: str
    charset: str = ""
    name: str = ""


@dataclass(frozen=True)
class Download:
    """A file to give out."""

    content: bytes
    format: FileFormat
    name: str


@dataclass(frozen=True)
class FileDesk:
    """Everything about files; what it takes to convert one is bounded.

    :raises OverloadedError: too many are being converted
    """

    documents: DocumentDesk
    versions: VersionDesk
    converter: Converter

    def add(self, upload: Upload, naming: Naming, *, owner: str) -> Document:
        """Return the new document that says what the file says.

        :raises UnsupportedMediaTypeError: it is of no kind that we read, or not what it says it is
        :raises RequestInvalidError: it is damaged, or in another encoding
        :raises PayloadTooLargeError: its text is too long, or too intricate
        """
        begins = upload.file.read(LONGEST_MAGIC)
        upload.file.seek(0)
        source = recognise(upload.media_type, upload.name, begins)
        kept_as = naming.format or source.kept_as
        content = self._read(upload, source, FileFormat(kept_as.value))
        title = naming.title or (title_of(upload.name) if upload.name else NO_TITLE)
        wording = Wording(title, content, kept_as, naming.tags)
        return self.documents.add(wording, owner=owner, why=_IMPORTED)

    def find(self, document_id: str, revision: int | None, *, who: str) -> Version:
        """Return what is to be given out: what stands, or an earlier version for who may write.

        :raises NotFoundError, ForbiddenError: as in `DocumentDesk.find`
        """
        if revision is not None:
            return self.versions.find(document_id, revision, who=who)
        return self.documents.find(document_id, who=who).version

    def give(self, version: Version, wanted: FileFormat | None) -> Download:
        """Return the version as a file; in its own format unless another is wanted.

        :raises PayloadTooLargeError: it is too long or too intricate to be converted
        """
        wording = version.wording
        source = FileFormat(wording.format.value)
        target = wanted or source
        content = self.converter.convert(wording.content.encode, source, target)
        if target is FileFormat.HTML:
            content = _page(wording.title, content)
        name = file_name_for(wording.title, target.extension)
        return Download(content, target, name)

    def _read(self, upload: Upload, source: FileFormat, target: FileFormat) -> str:
        found = self.converter.convert(partial(_content, upload, source), source, target)
        _check_length(found)
        return found.decode()


def file_desk(documents: DocumentDesk, versions: VersionDesk) -> FileDesk:
    """Return the desk with the cage of this process."""
    return FileDesk(documents, versions, Converter(Cage()))


def _page(title: str, body: bytes) -> bytes:
    return _PAGE.format(title=html.escape(title), body=body.decode().strip("\n")).encode()


def _content(upload: Upload, source: FileFormat) -> bytes:
    content = upload.file.read()
    if source is FileFormat.DOCX:
        return content
    content = decode(content, upload.charset).encode()
    # HTML may hold much that is not kept; of text, all is kept.
    if source in (FileFormat.TEXT, FileFormat.MARKDOWN):
        _check_length(content)
    return content


def _check_length(content: bytes) -> None:
    if len(content) > MOST_CONTENT_BYTES:
        raise PayloadTooLargeError(f"The text is longer than {MOST_CONTENT_BYTES:,} bytes")

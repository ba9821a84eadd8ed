"""Files of documents as clients ask for them."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.domain.files.formats import FileFormat
from shared.domain.files.names import Naming
from shared.domain.text import TextFormat
from web.schemas.common import FileBody, FormBody, RequestBody
from web.schemas.document_versions import RevisionInQuery
from web.schemas.documents import Tags, Title, each_once
from web.schemas.suggestions import Format


class ImportFields(RequestBody):
    """What the document is called and kept as; by default as the file has it, DOCX as Markdown."""

    title: Title | None = None
    tags: Tags = Field(default_factory=list)
    format: Format | None = None

    def to_domain(self) -> Naming:
        """Return it for the desk."""
        kept_as = TextFormat(self.format) if self.format else None
        return Naming(self.title, each_once(self.tags), kept_as)


class ImportForm(ImportFields, FormBody):
    """A file, and what the document that comes of it is called and kept as."""

    file: Annotated[str, Field(json_schema_extra={"contentMediaType": "application/octet-stream"})]


class ExportQuery(RequestBody):
    """As what to export a document: its own format, unless another is named.

    `revision`: an earlier version, for those who may write.
    """

    format: Literal["text", "markdown", "html", "docx"] | None = None
    revision: RevisionInQuery | None = None

    @property
    def wanted(self) -> FileFormat | None:
        """The format that is asked for."""
        return FileFormat(self.format) if self.format else None


class DocumentFile(FileBody):
    """A document in one of the formats that it can be exported to."""

    media_types: ClassVar = tuple(kind.media_type.partition(";")[0] for kind in FileFormat)

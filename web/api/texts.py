"""The text that a job is to be about: as it was sent, or as it is stored."""

from dataclasses import dataclass
from typing import Any

from shared.domain.identity import Caller
from shared.domain.text import OffsetEncoding, Span, TextFormat
from shared.errors import RequestInvalidError
from web.http.context import services
from web.schemas.suggestions import DocumentBody, workable


@dataclass(frozen=True)
class TextToWorkOn:
    """A text and the part of it to edit; title, id and revision of the document that it is."""

    content: str
    within: Span
    format: TextFormat
    document_id: str | None = None
    revision: int | None = None
    title: str = ""

    @property
    def untitled(self) -> dict[str, Any]:
        """The fields of a request for which the title is nothing."""
        return {name: each for name, each in vars(self).items() if name != "title"}


NO_TEXT = TextToWorkOn("", Span(0, 0), TextFormat.TEXT)


def text_of(document: DocumentBody, encoding: OffsetEncoding, caller: Caller) -> TextToWorkOn:
    """Return the text; one that is stored is read now, and not again.

    :raises NotFoundError, ForbiddenError: as in `VersionDesk.to_work_on`
    :raises RequestInvalidError: the stored text is empty or too long, or the selection is not in it
    """
    if document.id is None:
        content = document.content or ""
        span = document.within(content, encoding)
        return TextToWorkOn(content, span, TextFormat(document.format or "text"))
    found = services().versions.to_work_on(document.id, document.revision, who=caller.owner)
    content = found.wording.content
    try:
        workable(content)
    except ValueError as error:
        raise _invalid("document.id", str(error)) from None
    try:
        span = document.within(content, encoding)
    except ValueError as error:
        raise _invalid("document.selection", str(error).partition(": ")[2]) from None
    return TextToWorkOn(
        content,
        span,
        found.wording.format,
        found.document_id,
        found.revision,
        found.wording.title,
    )


def _invalid(field: str, error: str) -> RequestInvalidError:
    told = {"field": field, "error": error}
    return RequestInvalidError("Invalid request parameters", details=[told])

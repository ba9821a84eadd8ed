"""Versions and drafts of documents as clients see them."""

from typing import Annotated

from pydantic import Field

from web.schemas.common import LONGEST_PAGE, PAGE, RequestBody, ResponseBody
from web.schemas.documents import Text, Title, Why
from web.schemas.suggestions import HIGHEST_REVISION, Encoding, Format

Revision = Annotated[int, Field(ge=1, le=HIGHEST_REVISION)]
RevisionInQuery = Annotated[int, Field(ge=1, le=HIGHEST_REVISION, strict=False)]


class VersionsQuery(RequestBody):
    """Which versions to list: behind `cursor`, which an earlier page gave as `next_cursor`."""

    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE, strict=False)] = PAGE
    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,9}$")] = "0"


class VersionSummary(ResponseBody):
    """A version in a list; `saved_by` is a user's id, or null for an anonymous session."""

    document_id: str
    revision: int
    title: str
    format: Format
    tags: list[str]
    saved_by: str | None
    saved_by_me: bool
    why: str
    saved_at: str


class VersionView(VersionSummary):
    """A version with what it said."""

    content: str


class VersionList(ResponseBody):
    """A page of versions, in their order."""

    versions: list[VersionSummary]
    next_cursor: str | None


class DiffQuery(RequestBody):
    """Which versions to compare: by default the newest one with the one before it."""

    from_: Annotated[RevisionInQuery | None, Field(alias="from")] = None
    to: RevisionInQuery | None = None
    offset_encoding: Encoding = "utf-16"


class TextChangeView(ResponseBody):
    """A stretch of the older text, and what stands in its place in the newer one."""

    start: int
    end: int
    new_start: int
    new_end: int
    removed: str
    inserted: str


class DiffView(ResponseBody):
    """What changed between two versions: as a list in order, and as a unified diff."""

    from_: Annotated[int, Field(alias="from")]
    to: int
    offset_encoding: Encoding
    changes: list[TextChangeView]
    unified: str


class RestoreBody(RequestBody):
    """Why an earlier version is brought back."""

    why: Why = ""


class DraftBody(RequestBody):
    """What was typed and not saved; `base_revision` is the one that the writer began with.

    Left out, it is the one that stands now.
    """

    content: Text
    title: Title | None = None
    base_revision: Revision | None = None


class DraftView(ResponseBody):
    """A draft; `conflict` says that the document is not what the writer began with any more."""

    document_id: str
    title: str | None
    content: str
    revision: int
    base_revision: int
    document_revision: int
    conflict: bool
    saved_at: str

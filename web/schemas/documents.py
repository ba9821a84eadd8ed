"""Documents as clients send and see them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from shared.domain.documents import (
    LONGEST_TAG,
    LONGEST_TITLE,
    LONGEST_WHY,
    MOST_TAGS,
    MOST_TERMS,
    NO_TITLE,
    Change,
    DocumentFilter,
    Wording,
)
from shared.domain.search_terms import search_words
from shared.domain.text import TextFormat
from web.schemas.common import PageQuery, RequestBody, ResponseBody
from web.schemas.suggestions import Format

_LONGEST_QUERY = 200
_ARCHIVED = {"true": True, "false": False, "all": None}


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("The text must not hold NUL characters")
    return text


def _says_something(text: str) -> str:
    if not text.strip():
        raise ValueError("The text is blank")
    return text


Text = Annotated[str, AfterValidator(_without_nul)]
Why = Annotated[Text, Field(max_length=LONGEST_WHY)]
Title = Annotated[
    Text, Field(min_length=1, max_length=LONGEST_TITLE), AfterValidator(_says_something)
]
_Tag = Annotated[Text, Field(min_length=1, max_length=LONGEST_TAG), AfterValidator(_says_something)]
Tags = Annotated[list[_Tag], Field(max_length=MOST_TAGS)]
Access = Literal["read", "suggest", "write", "own"]


class NewDocumentBody(RequestBody):
    """A document to keep; all of it may be left out."""

    title: Title = NO_TITLE
    content: Text = ""
    format: Format = "text"
    tags: Tags = Field(default_factory=list)
    why: Why = ""

    def to_domain(self) -> Wording:
        """Return what the writer wrote."""
        return Wording(self.title, self.content, TextFormat(self.format), each_once(self.tags))


class DocumentChangeBody(RequestBody):
    """What is to stand in the document; what is left out besides the content stays as it is.

    `why` is kept with the version.
    """

    content: Text
    title: Title | None = None
    format: Format | None = None
    tags: Tags | None = None
    why: Why = ""

    def to_domain(self) -> Change:
        """Return the change."""
        return Change(
            content=self.content,
            title=self.title,
            format=TextFormat(self.format) if self.format else None,
            tags=None if self.tags is None else each_once(self.tags),
            why=self.why,
        )


class ChangeQuery(RequestBody):
    """What to do where somebody else was first: by default 412, or a copy of the caller's own."""

    on_conflict: Literal["copy"] | None = None


class DocumentsQuery(PageQuery):
    """Which documents to list.

    `q`: words that each begin a word of the title or of a tag. `tag`: a whole tag. `shared`: those
    that others share with the caller, in place of the caller's own.
    """

    q: Annotated[str, Field(max_length=_LONGEST_QUERY)] | None = None
    tag: Annotated[str, Field(min_length=1, max_length=LONGEST_TAG)] | None = None
    archived: Literal["true", "false", "all"] = "false"
    shared: Literal["true", "false"] = "false"

    def to_domain(self, who: str) -> DocumentFilter:
        """Return which documents are meant."""
        return DocumentFilter(
            who=who,
            shared=self.shared == "true",
            archived=_ARCHIVED[self.archived],
            tag=self.tag,
            words=search_words(self.q or "")[:MOST_TERMS],
        )


class DocumentSummary(ResponseBody):
    """A document in a list; `access` is the most that the caller may do with it."""

    id: str
    title: str
    format: Format
    tags: list[str]
    revision: int
    archived: bool
    access: Access
    created_at: str
    updated_at: str


class DocumentView(DocumentSummary):
    """A document with its content."""

    content: str


class DocumentList(ResponseBody):
    """A page of documents, newest first."""

    documents: list[DocumentSummary]
    next_cursor: str | None


def each_once(tags: list[str]) -> tuple[str, ...]:
    """Return the tags in their order, none of them twice."""
    return tuple(dict.fromkeys(tags))

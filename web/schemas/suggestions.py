"""The body of a suggestion request, and its result."""

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from shared.domain.suggestion_requests import MAX_SUGGESTIONS
from shared.domain.text import OffsetEncoding, OffsetError, Span, count_words, to_span
from web.schemas.common import Offset, RequestBody, ResponseBody

MOST_WORDS = 25_000  # the seed's limit
MOST_SUGGESTIONS = 200
_LONGEST_PROMPT = 4000
HIGHEST_REVISION = 999_999_999
LONGEST_EXPIRY_S = 24 * 3600
HIGHEST_VERSION = 2**31 - 1

Format = Literal["text", "markdown", "html"]
Encoding = Literal["utf-16", "codepoint", "utf-8"]


class SelectionBody(RequestBody):
    """The part to work on, half-open, in the unit that `offset_encoding` names."""

    start: Offset
    end: Offset


class DocumentBody(RequestBody):
    """The text as it stands in the editor, or the `id` of a stored document.

    With `id` goes the `revision` that the selection counts in; left out, it is the one that stands.
    """

    content: str | None = None
    id: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    revision: Annotated[int, Field(ge=1, le=HIGHEST_REVISION)] | None = None
    selection: SelectionBody | None = None
    format: Format | None = None

    @field_validator("content")
    @classmethod
    def _is_workable(cls, content: str | None) -> str | None:
        return None if content is None else workable(content)

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if (self.content is None) == (self.id is None):
            raise ValueError("document.content: Give either `content` or the `id` of a document")
        if self.id is None and self.revision is not None:
            raise ValueError("document.revision: A revision is one of a document with an `id`")
        if self.id is not None and self.format is not None:
            raise ValueError("document.format: The format is that of the stored document")
        return self

    def within(self, content: str, encoding: OffsetEncoding) -> Span:
        """Return the part to work on in code points; all of it where nothing is selected.

        :raises ValueError: the selection is empty, or none of this text
        """
        if self.selection is None:
            return Span(0, len(content))
        try:
            span = to_span(content, self.selection.start, self.selection.end, encoding)
        except OffsetError as error:
            raise ValueError(f"document.selection: {error}") from error
        if span.start == span.end:
            raise ValueError("document.selection: The selection is empty; leave it out for all")
        return span


def workable(content: str) -> str:
    """Return the text if there is something to work on, and not too much.

    :raises ValueError: there is not
    """
    if "\x00" in content:
        raise ValueError("Content must not hold NUL characters")
    words = count_words(content)
    if words == 0:
        raise ValueError("Content is empty")
    if words > MOST_WORDS:
        raise ValueError(f"Content exceeds maximum length of {MOST_WORDS:,} words")
    return content


class PromptBody(RequestBody):
    """What to do: a template by its id, or an instruction of one's own.

    A template is taken in its newest version unless `version` names another one.
    """

    type: Literal["template", "custom"]
    id: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    version: Annotated[int, Field(ge=1, le=HIGHEST_VERSION)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=_LONGEST_PROMPT)] | None = None
    parameters: dict[str, object] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if self.type == "template" and (self.id is None or self.text is not None):
            raise ValueError("A template prompt has an `id` and no `text`")
        if self.type == "custom" and (self.text is None or self.id is not None):
            raise ValueError("A custom prompt has a `text` and no `id`")
        if self.text is not None and ("\x00" in self.text or not self.text.strip()):
            raise ValueError("The text of a custom prompt is empty or holds NUL characters")
        if (self.parameters or self.version) and self.type == "custom":
            raise ValueError("A custom prompt takes no parameters and has no version")
        return self


class OrderBody(RequestBody):
    """What may be said of every job that is about a text; `expires_in` in seconds."""

    offset_encoding: Encoding = "utf-16"
    max_suggestions: Annotated[int, Field(ge=1, le=MOST_SUGGESTIONS)] = MAX_SUGGESTIONS
    supersede_key: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    expires_in: Annotated[int, Field(ge=1, le=LONGEST_EXPIRY_S)] | None = None

    @field_validator("document", check_fields=False)
    @classmethod
    def _selection_fits(
        cls, document: DocumentBody | None, info: ValidationInfo
    ) -> DocumentBody | None:
        encoding = info.data.get("offset_encoding")
        if encoding and document and document.content is not None:
            document.within(document.content, OffsetEncoding(encoding))
        return document


class SuggestionBody(OrderBody):
    """A request for suggestions.

    `lane`: `bulk` is for what nobody waits for at a screen; it never delays what is interactive.
    """

    document: DocumentBody
    prompt: PromptBody
    lane: Literal["interactive", "bulk"] = "interactive"


class AnchorBody(ResponseBody):
    """Finds a suggestion again in a text that has changed."""

    exact: str
    prefix: str
    suffix: str


class SuggestionItem(ResponseBody):
    """One edit: the slice from `start` to `end` of the text that was sent is `original`.

    `flags` names the kinds of facts that it may change; it is absent where there are none.
    """

    id: str
    original: str
    suggested: str
    start: int
    end: int
    explanation: str
    alternatives: list[str]
    category: str
    anchor: AnchorBody
    state: Literal["pending", "accepted", "rejected"]
    flags: list[str] = Field(default_factory=list)


class SuggestionMetadata(ResponseBody):
    """How the suggestions came about; `processTime` in seconds.

    `tokensSaved` are those of the text that were not sent again with each part of it.
    """

    processTime: float  # noqa: N815  the seed's name
    tokenCount: int  # noqa: N815  the seed's name
    tokensSaved: int = 0  # noqa: N815  as its neighbours
    model: str
    cached: bool
    offset_encoding: Encoding
    dropped: dict[str, int]


class SuggestionResult(ResponseBody):
    """The result of a suggestion job, and the seed's answer."""

    suggestions: list[SuggestionItem]
    metadata: SuggestionMetadata

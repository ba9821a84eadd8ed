"""A message to the model and the answer to it, and the conversations that they make."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from shared.domain.chat import LONGEST_MESSAGE
from web.schemas.common import ResponseBody
from web.schemas.suggestions import (
    DocumentBody,
    OrderBody,
    SuggestionItem,
    SuggestionMetadata,
)

MODELS = "models"  # what the validation has to know: the models that may be named


class ChatBody(OrderBody):
    """A message, in a conversation or as the first of a new one.

    A document that comes with it is what the message is about; the answer may hold suggestions.
    """

    message: Annotated[str, Field(min_length=1, max_length=LONGEST_MESSAGE)]
    conversation_id: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    document: DocumentBody | None = None
    model: Annotated[str, Field(min_length=1, max_length=200)] | None = None

    @field_validator("message")
    @classmethod
    def _says_something(cls, message: str) -> str:
        if "\x00" in message or not message.strip():
            raise ValueError("The message is blank or holds NUL characters")
        return message

    @field_validator("model")
    @classmethod
    def _is_to_be_had(cls, model: str | None, info: ValidationInfo) -> str | None:
        known = (info.context or {}).get(MODELS, ())
        if model is not None and model not in known:
            raise ValueError(f"Use one of: {', '.join(known)}")
        return model


class MessageView(ResponseBody):
    """What was said; `stopped` where an answer broke off because its job ended early."""

    id: str
    role: Literal["user", "assistant"]
    content: str
    stopped: bool


class SeenDocument(ResponseBody):
    """The part of the document that the model was shown; `cut` where that is not all of it."""

    start: int
    end: int
    cut: bool


class ChatMetadata(SuggestionMetadata):
    """How the answer came about, and what the model was not shown.

    `context_tokens` is an estimate of all that it was sent.
    """

    omitted_messages: int
    context_tokens: int
    document: SeenDocument | None


class ChatResult(ResponseBody):
    """The result of a chat job: the answer, and suggestions for the document if one was sent."""

    conversation_id: str
    message: MessageView
    suggestions: list[SuggestionItem]
    metadata: ChatMetadata


class ConversationSummary(ResponseBody):
    """A conversation in a list; its title is how it began."""

    id: str
    title: str
    created_at: str


class ConversationList(ResponseBody):
    """A page of conversations, newest first."""

    conversations: list[ConversationSummary]
    next_cursor: str | None


class ConversationView(ResponseBody):
    """A conversation with its last messages, in the order in which they were said.

    `next_cursor` leads to those said before.
    """

    id: str
    title: str
    messages: list[MessageView]
    next_cursor: str | None

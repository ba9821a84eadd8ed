"""A conversation: who said what, and what one turn of it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.time_limits import TimeLimits, time_limits

LONGEST_MESSAGE = 32_000  # characters
_LONGEST_TITLE = 60
_LONGEST_ANSWER = 16_000  # characters, near enough: 4,000 tokens
_QUESTION, _ANSWER = "q", "r"  # in this order, so that ids sort as the messages were said


class Role(StrEnum):
    """Who speaks."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True)
class ChatMessage:
    """What was said; `stopped` where the answer broke off before its end."""

    id: str
    role: Role
    content: str
    stopped: bool = False


@dataclass(frozen=True)
class Conversation:
    """A row of messages, named after the first of them; `created_ms` since the epoch."""

    id: str
    title: str
    created_ms: int


@dataclass(frozen=True)
class ChatRequest:
    """A message, the document that it is about, and the model that is to answer.

    The document is a request for suggestions, so that its edits are placed under the same
    guarantees. Its text is empty where none was sent.
    """

    message: str
    document: SuggestionRequest
    model: str

    @property
    def has_document(self) -> bool:
        """Whether there is a text to talk about, and to edit."""
        return bool(self.document.content)

    def time_limits(self, *, scale: float = 1.0) -> TimeLimits:
        """Return how long the answer may take: as an edit of all that is read and written."""
        characters = len(self.message) + len(self.document.content) + _LONGEST_ANSWER
        return time_limits(characters, scale=scale)


@dataclass(frozen=True)
class ChatTurn:
    """One message and the answer to it, in the owner's conversation.

    The ids are chosen before anything is stored, so that whoever stores a message again, be it a
    second worker or a retry, replaces it.
    """

    owner: str
    conversation_id: str
    question_id: str
    answer_id: str
    is_first: bool
    request: ChatRequest

    def result(self, text: str, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return the job's result: the answer, with what was found for the document."""
        answer = ChatMessage(self.answer_id, Role.ASSISTANT, text)
        return {"conversation_id": self.conversation_id, "message": answer, **found}

    @classmethod
    def from_stored(cls, fields: Mapping[str, Any]) -> "ChatTurn":
        """Return the turn that was stored, field by field, as JSON."""
        request = fields["request"]
        document = SuggestionRequest.from_stored(request["document"])
        return cls(**dict(fields) | {"request": ChatRequest(**request | {"document": document})})


def conversation_id(unique: str) -> str:
    """Return the id of a conversation, out of what nothing else has."""
    return f"conv_{unique}"


def message_ids(unique: str) -> tuple[str, str]:
    """Return the ids of a question and its answer, out of what no other turn has."""
    question_id = f"msg_{unique}{_QUESTION}"
    return question_id, answer_to(question_id)


def answer_to(question_id: str) -> str:
    """Return the id of the answer to this question."""
    return question_id.removesuffix(_QUESTION) + _ANSWER


def title_of(message: str) -> str:
    """Return the first words of a message, on one line."""
    words = " ".join(message.strip()[: 2 * _LONGEST_TITLE].split())
    if len(words) <= _LONGEST_TITLE:
        return words
    whole, _, _ = words[: _LONGEST_TITLE + 1].rpartition(" ")
    return (whole or words[:_LONGEST_TITLE]) + "…"

"""Conversations with the model."""

from dataclasses import dataclass, field

from copydesk.models.suggestions import Metadata, Suggestion


@dataclass(frozen=True)
class Message:
    """What was said; `stopped` where an answer broke off because its job ended early."""

    id: str = ""
    role: str = ""
    content: str = field(default="", repr=False)
    stopped: bool = False


@dataclass(frozen=True)
class ChatResult:
    """What a chat job made: the answer, and suggestions if a document was sent."""

    conversation_id: str = ""
    message: Message = Message()
    suggestions: tuple[Suggestion, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)


@dataclass(frozen=True)
class ConversationSummary:
    """A conversation in a list."""

    id: str = ""
    title: str = field(default="", repr=False)
    created_at: str = ""


@dataclass(frozen=True)
class Conversation:
    """A conversation with its messages, in the order in which they were said."""

    id: str = ""
    title: str = field(default="", repr=False)
    messages: tuple[Message, ...] = ()
    next_cursor: str | None = None

"""Conversations with the model."""

from collections.abc import Iterator

from copydesk.calls import chat as calls
from copydesk.jobs import Job
from copydesk.lines.sync import Line
from copydesk.models.chat import ChatResult, Conversation, ConversationSummary


class Conversations:
    """List, read, delete, and ask for another answer."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def list(self) -> Iterator[ConversationSummary]:
        """Go through one's conversations, newest first."""
        return self._line.each(calls.conversations)

    def get(self, conversation_id: str, cursor: str | None = None) -> Conversation:
        """Return a conversation with its last messages; its `next_cursor` leads to those before."""
        return self._line.do(calls.conversation(conversation_id, cursor))

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation and all that was said in it."""
        self._line.do(calls.delete(conversation_id))

    def regenerate(self, conversation_id: str, message_id: str) -> Job[ChatResult]:
        """Have the last message answered again; the new answer takes the place of the old one."""
        return Job(self._line, self._line.do(calls.regenerate(conversation_id, message_id)))

"""Conversations with the model, for those who await."""

from collections.abc import AsyncIterator

from copydesk.aio.jobs import AsyncJob
from copydesk.calls import chat as calls
from copydesk.lines.asynchronous import AsyncLine
from copydesk.models.chat import ChatResult, Conversation, ConversationSummary


class AsyncConversations:
    """List, read, delete, and ask for another answer."""

    def __init__(self, line: AsyncLine) -> None:
        self._line = line

    def list(self) -> AsyncIterator[ConversationSummary]:
        """Go through one's conversations, newest first."""
        return self._line.each(calls.conversations)

    async def get(self, conversation_id: str, cursor: str | None = None) -> Conversation:
        """Return a conversation with its last messages; its `next_cursor` leads to those before."""
        return await self._line.do(calls.conversation(conversation_id, cursor))

    async def delete(self, conversation_id: str) -> None:
        """Delete a conversation and all that was said in it."""
        await self._line.do(calls.delete(conversation_id))

    async def regenerate(self, conversation_id: str, message_id: str) -> AsyncJob[ChatResult]:
        """Have the last message answered again; the new answer takes the place of the old one."""
        return AsyncJob(
            self._line, await self._line.do(calls.regenerate(conversation_id, message_id))
        )

"""Shows conversations to whoever owns them, page by page, and deletes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from shared.data.mongo.conversations import ConversationRepository
from shared.domain.chat import ChatMessage, Conversation
from web.services.chat import no_such_conversation

Item = TypeVar("Item", Conversation, ChatMessage)


@dataclass(frozen=True)
class ConversationDesk:
    """Everything about conversations that exist; StoreUnavailableError when MongoDB is away."""

    store: ConversationRepository

    def page(
        self, owner: str, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[Conversation], str | None]:
        """Return conversations, newest first, and the cursor of the next page."""
        return _page(self.store.newest(owner, limit=limit + 1, before=cursor), limit)

    def read(
        self, conversation_id: str, *, owner: str, limit: int, cursor: str | None
    ) -> tuple[Conversation, Sequence[ChatMessage], str | None]:
        """Return the conversation, its last messages as they were said, and the next cursor.

        :raises NotFoundError: it is unknown or somebody else's
        """
        found = self.store.find(conversation_id, owner=owner)
        if found is None:
            raise no_such_conversation()
        newest = self.store.messages(conversation_id, owner=owner, limit=limit + 1, before=cursor)
        shown, following = _page(newest, limit)
        return found, shown[::-1], following

    def delete(self, conversation_id: str, *, owner: str) -> None:
        """Delete the conversation with all its messages.

        :raises NotFoundError: it is unknown or somebody else's
        """
        if not self.store.delete(conversation_id, owner=owner):
            raise no_such_conversation()


def _page(found: Sequence[Item], limit: int) -> tuple[Sequence[Item], str | None]:
    """Whoever asked for one more than is shown knows whether there are more."""
    shown = found[:limit]
    return shown, shown[-1].id if len(found) > limit else None

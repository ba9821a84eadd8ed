"""Conversations in MongoDB, as their owners read and delete them."""

from datetime import UTC, datetime

from pymongo import DESCENDING, timeout
from pymongo.collection import Collection
from pymongo.database import Database

from shared.data.mongo.client import Record, by_preference, in_time, unavailable_when_away
from shared.data.mongo.schemas import upgraded
from shared.data.mongo.times import milliseconds
from shared.domain.chat import ChatMessage, Conversation, Role

CONVERSATIONS, MESSAGES = "conversations", "messages"
ALIVE = {"deleted_at": None}
_ALL_WAIT_S = 5.0  # for all that somebody said


class ConversationRepository:
    """Mongo queries about conversations; StoreUnavailableError when MongoDB is away.

    Ids are our own and sort by time. Somebody else's conversation looks like none at all. A deleted
    one leaves a tombstone without a word in it, so that no job that still runs brings it back.
    """

    def __init__(self, database: Database[Record]) -> None:
        self._conversations: Collection[Record] = database[CONVERSATIONS]
        self._messages: Collection[Record] = database[MESSAGES]

    def newest(self, owner: str, *, limit: int, before: str | None = None) -> list[Conversation]:
        """Return conversations, newest first; those older than the one called `before`."""
        query: Record = {"owner": owner, **ALIVE, **older_than(before)}
        listed = by_preference(self._conversations)
        with in_time(listed):
            records = list(listed.find(query).sort("_id", DESCENDING).limit(limit))
        return [_conversation(record) for record in records]

    def find(self, conversation_id: str, *, owner: str) -> Conversation | None:
        """Return the owner's conversation."""
        query = {"_id": conversation_id, "owner": owner, **ALIVE}
        with in_time(self._conversations):
            record = self._conversations.find_one(query)
        return _conversation(record) if record else None

    def messages(
        self, conversation_id: str, *, owner: str, limit: int, before: str | None = None
    ) -> list[ChatMessage]:
        """Return messages, newest first; those said before the one called `before`."""
        query = {"owner": owner, "conversation_id": conversation_id, **older_than(before)}
        with in_time(self._conversations):
            records = list(self._messages.find(query).sort("_id", DESCENDING).limit(limit))
        return [_message(record) for record in records]

    def delete(self, conversation_id: str, *, owner: str) -> bool:
        """Delete the conversation and all that was said in it; return whether there was one."""
        found = {"_id": conversation_id, "owner": owner, **ALIVE}
        gone = {"$set": {"deleted_at": datetime.now(UTC)}, "$unset": {"title": ""}}
        with in_time(self._conversations):
            result = self._conversations.update_one(found, gone)
            # Also where there was none: a first try may have come to an end between the two.
            self._messages.delete_many({"owner": owner, "conversation_id": conversation_id})
        return result.matched_count > 0

    def delete_all(self, owner: str) -> bool:
        """Delete what this owner has, as `delete` does; return True, for nothing is left then."""
        gone = {"$set": {"deleted_at": datetime.now(UTC)}, "$unset": {"title": ""}}
        with unavailable_when_away(), timeout(_ALL_WAIT_S):
            self._conversations.update_many({"owner": owner, **ALIVE}, gone)
            self._messages.delete_many({"owner": owner})
        return True

    def move_owner(self, old: str, new: str, conversation_id: str | None = None) -> None:
        """Give what one owner has to another, all of it or one conversation; safe to repeat.

        The messages come first: a conversation that is listed is whole.
        """
        mine, named = {"owner": old}, {"$set": {"owner": new}}
        one = conversation_id is not None
        with unavailable_when_away(), timeout(_ALL_WAIT_S):
            said = mine | {"conversation_id": conversation_id} if one else mine
            self._messages.update_many(said, named)
            found = {"_id": conversation_id} | mine if one else mine
            self._conversations.update_many(found, named)


def older_than(before: str | None) -> Record:
    """Return the condition for what is older than the record of this id; None is for all."""
    return {} if before is None else {"_id": {"$lt": before}}


def _conversation(stored: Record) -> Conversation:
    record = upgraded(CONVERSATIONS, stored)
    created_ms = milliseconds(record["created_at"])
    return Conversation(record["_id"], record["title"], created_ms)


def _message(stored: Record) -> ChatMessage:
    record = upgraded(MESSAGES, stored)
    return ChatMessage(record["_id"], Role(record["role"]), record["content"], record["stopped"])

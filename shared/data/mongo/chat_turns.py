"""The turns of conversations in MongoDB: a question, and the answer to it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson
from pymongo import DESCENDING
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.data.mongo.client import Record, in_time
from shared.data.mongo.conversations import (
    ALIVE,
    CONVERSATIONS,
    MESSAGES,
    ConversationRepository,
    older_than,
)
from shared.data.mongo.promotions import PromotionRepository
from shared.data.mongo.schemas import schema_of, upgraded
from shared.domain.chat import ChatRequest, ChatTurn, Role, answer_to, title_of
from shared.domain.chat_windows import History
from shared.domain.suggestion_requests import SuggestionRequest

_LONGEST_HISTORY = 100


@dataclass(frozen=True)
class Try:
    """Which job wrote an answer, under which claim; a later one has the last word."""

    job_id: str
    fence: int


class TurnRepository:
    """Mongo queries about turns; StoreUnavailableError when MongoDB is away.

    Every step may be taken twice. None brings back a conversation that was deleted.
    """

    def __init__(self, database: Database[Record]) -> None:
        self._conversations: Collection[Record] = database[CONVERSATIONS]
        self._messages: Collection[Record] = database[MESSAGES]
        self._read = ConversationRepository(database)
        self._promotions = PromotionRepository(database)

    def last(self, conversation_id: str, *, owner: str) -> ChatTurn | None:
        """Return the turn that was begun last, as it was asked."""
        mine = {"owner": owner, "conversation_id": conversation_id, "role": Role.USER.value}
        with in_time(self._messages):
            newest = list(self._messages.find(mine).sort("_id", DESCENDING).limit(1))
        return _turn(newest[0]) if newest else None

    def has(self, message_id: str, *, conversation_id: str, owner: str) -> bool:
        """Return whether this message stands in the owner's conversation."""
        mine = {"_id": message_id, "owner": owner, "conversation_id": conversation_id}
        with in_time(self._messages):
            return self._messages.find_one(mine, {"_id": 1}) is not None

    def history(self, turn: ChatTurn) -> History:
        """Return what was said before this turn, all of it, even if it moves at this moment."""
        seen, owned = self._history(turn), self._at_home(turn)
        return seen if owned is turn else self._history(owned)

    def _history(self, turn: ChatTurn) -> History:
        before = turn.question_id
        with in_time(self._messages):
            total = self._messages.count_documents({**_place(turn), **older_than(before)})
        newest = self._read.messages(
            turn.conversation_id, owner=turn.owner, limit=_LONGEST_HISTORY, before=before
        )
        return History(tuple(newest), total)

    def add_question(self, turn: ChatTurn) -> ChatTurn | None:
        """Keep the question, and the conversation that it begins.

        Return the turn, as whose it is by now, or None if the conversation is deleted. The document
        of a question is kept until the next one is asked.
        """
        with in_time(self._messages):
            return self._write_as_owned(turn, self._write_question)

    def _write_question(self, turn: ChatTurn) -> None:
        if turn.is_first:
            begun = {"title": title_of(turn.request.message), "created_at": datetime.now(UTC)}
            begun["schema"] = schema_of(CONVERSATIONS)
            mine = {"_id": turn.conversation_id, "owner": turn.owner}
            _insert_once(self._conversations, mine, begun | ALIVE)
        place = {"_id": turn.question_id, **_place(turn)}
        _insert_once(self._messages, place, _question(turn.request))
        earlier = {**_place(turn), **older_than(turn.question_id), "about": {"$exists": True}}
        self._messages.update_many(earlier, {"$unset": {"about": ""}})

    def add_answer(self, turn: ChatTurn, content: str, *, stopped: bool, by: Try) -> None:
        """Keep the answer in place of an earlier one, unless that is of a later try.

        Between two jobs a whole answer goes before one that broke off, whichever is kept first.
        """
        said = {"content": content, "stopped": stopped}
        with in_time(self._messages):
            self._write_as_owned(turn, lambda owned: self._write_answer(owned, said, by))

    def _write_answer(self, turn: ChatTurn, said: Record, by: Try) -> None:
        same_job = {"job_id": by.job_id, "fence": {"$lte": by.fence}}
        place: Record = {"_id": turn.answer_id, **_place(turn)}
        place["$or"] = [{"job_id": {"$lt": by.job_id}}, same_job]
        if said["stopped"]:
            place["stopped"] = True
        else:
            place["$or"].append({"job_id": {"$gt": by.job_id}, "stopped": True})
        written = {"job_id": by.job_id, "fence": by.fence, "schema": schema_of(MESSAGES)}
        answer = {**said, **written, "role": Role.ASSISTANT.value}
        with suppress(DuplicateKeyError):  # what stands there is to stay
            self._messages.update_one(place, {"$set": answer}, upsert=True)

    def _write_as_owned(self, turn: ChatTurn, write: Callable[[ChatTurn], None]) -> ChatTurn | None:
        """Write, and look whose it is then: a session may have become a user meanwhile.

        Whoever moves what a session has says so first. So either they find what is written here, or
        it is seen here what they said. None outlives a deletion that came meanwhile.
        """
        write(turn)
        is_alive = self._is_alive(turn)  # before the owner is asked for: a move would hide it
        owned = self._at_home(turn)
        if owned is not turn:
            write(owned)
            is_alive = self._is_alive(owned)
        if not is_alive:
            self._messages.delete_many(_place(owned))
        return owned if is_alive else None

    def _at_home(self, turn: ChatTurn) -> ChatTurn:
        """Return the turn as whose it is by now, in a conversation that is wholly theirs."""
        owner = self._promotions.owner_now(turn.owner)
        if owner == turn.owner:
            return turn
        self._read.move_owner(turn.owner, owner, turn.conversation_id)
        return replace(turn, owner=owner)

    def _is_alive(self, turn: ChatTurn) -> bool:
        query = {"_id": turn.conversation_id, "owner": turn.owner, **ALIVE}
        return self._conversations.find_one(query, {"_id": 1}) is not None


def _place(turn: ChatTurn) -> Record:
    return {"owner": turn.owner, "conversation_id": turn.conversation_id}


def _insert_once(collection: Collection[Record], key: Record, fields: Mapping[str, Any]) -> None:
    try:
        collection.update_one(key, {"$setOnInsert": dict(fields)}, upsert=True)
    except DuplicateKeyError:
        return  # somebody else did it at the same time


def _question(request: ChatRequest) -> Record:
    """The document is kept as well: who asks for another answer asks about the same text."""
    about: Record = orjson.loads(orjson.dumps(request))
    content = about.pop("message")
    said = {"role": Role.USER.value, "content": content, "stopped": False}
    return {"schema": schema_of(MESSAGES), **said, "about": about}


def _turn(stored: Record) -> ChatTurn:
    record = upgraded(MESSAGES, stored)
    about = record["about"]
    document = SuggestionRequest.from_stored(about["document"])
    return ChatTurn(
        owner=record["owner"],
        conversation_id=record["conversation_id"],
        question_id=record["_id"],
        answer_id=answer_to(record["_id"]),
        is_first=False,
        request=ChatRequest(record["content"], document, about["model"]),
    )

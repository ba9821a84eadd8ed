"""What anonymous sessions have in MongoDB, whichever kind it is."""

from datetime import datetime
from typing import Any, Final

from pymongo import ASCENDING
from pymongo.database import Database

from shared.data.mongo.client import Record, in_time
from shared.data.mongo.conversations import ALIVE, CONVERSATIONS, MESSAGES
from shared.data.mongo.documents import DOCUMENTS
from shared.data.mongo.drafts import DRAFTS
from shared.data.mongo.template_records import TEMPLATES

# A session owns things as "s" and a digest in hex: no other owner lies between these.
_FIRST, _BEHIND = "s", "sg"
# When a record was written to last; that of a message is in its id.
_TOUCHED: Final = {
    DOCUMENTS: "saved_at",
    DRAFTS: "saved_at",
    TEMPLATES: "changed_at",
    CONVERSATIONS: "created_at",
    MESSAGES: "_id",
}
KINDS: Final = tuple(_TOUCHED)


class SessionEstates:
    """Mongo queries about what sessions own; StoreUnavailableError when MongoDB is away."""

    def __init__(self, database: Database[Record]) -> None:
        self._database = database

    def owners(self, kind: str, *, after: str, limit: int) -> list[str]:
        """Return sessions that own something of this kind, in their order behind `after`.

        No more than so many records are looked at, so an owner of many may be the only one.
        """
        behind = {"owner": {"$gt": after or _FIRST, "$lt": _BEHIND}, **ALIVE}
        collection = self._database[kind]
        with in_time(collection):
            found = collection.find(behind, {"owner": 1}).sort("owner", ASCENDING).limit(limit)
            return list(dict.fromkeys(record["owner"] for record in found))

    def is_in_use(self, owner: str, *, since: datetime) -> bool:
        """Whether anything was written to since then, or is shared with somebody by name."""
        documents = self._database[DOCUMENTS]
        with in_time(documents):
            if documents.find_one({"owner": owner, "grants.0": {"$exists": True}}, {}):
                return True
            return any(
                self._database[kind].find_one(
                    {"owner": owner, **_written(field, since)}, {"_id": 1}
                )
                for kind, field in _TOUCHED.items()
            )


def _written(field: str, since: datetime) -> dict[str, Any]:
    if field != "_id":
        return {field: {"$gte": since}, **ALIVE}
    since_ms = int(since.timestamp() * 1000)
    return {"_id": {"$gte": f"msg_{since_ms:012x}"}}  # UUIDs of version 7 begin with the time

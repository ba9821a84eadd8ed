"""All indexes of all collections: declared here, and nowhere else."""

from collections.abc import Sequence
from typing import Any, Final

from pymongo import ASCENDING, DESCENDING, IndexModel, timeout
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure

from shared.data.mongo.client import Record, unavailable_when_away

_BUILD_S = 600.0  # a large collection takes its time
_GONE = (26, 27)  # NamespaceNotFound, IndexNotFound
_TOMBSTONE_S = 30 * 24 * 3600  # no job outlives its conversation for longer
_AUDIT_S = 400 * 24 * 3600  # a year, and time to look at it
# What makes an index what it is; servers add more to what they list.
_OPTIONS = ("unique", "sparse", "expireAfterSeconds", "partialFilterExpression", "collation")

INDEXES: Final[dict[str, list[IndexModel]]] = {
    "audit": [IndexModel([("at", DESCENDING)], expireAfterSeconds=_AUDIT_S)],
    "conversations": [
        IndexModel([("owner", ASCENDING), ("deleted_at", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("deleted_at", ASCENDING)], expireAfterSeconds=_TOMBSTONE_S),
    ],
    "logins": [
        IndexModel([("owner", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0),
    ],
    "messages": [
        IndexModel([("owner", ASCENDING), ("conversation_id", ASCENDING), ("_id", DESCENDING)]),
    ],
    "document_versions": [
        IndexModel([("document_id", ASCENDING), ("revision", ASCENDING)]),
        IndexModel([("owner", ASCENDING)]),
        # Those whose texts are here, and may have to go to the archive.
        IndexModel(
            [("saved_at", ASCENDING)], partialFilterExpression={"content": {"$exists": True}}
        ),
    ],
    "documents": [
        IndexModel([("owner", ASCENDING), ("archived", ASCENDING), ("_id", DESCENDING)]),
        IndexModel(
            [
                ("owner", ASCENDING),
                ("terms", ASCENDING),
                ("archived", ASCENDING),
                ("_id", DESCENDING),
            ]
        ),
        IndexModel([("grants.who", ASCENDING), ("archived", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("words_left", ASCENDING)], sparse=True),
        IndexModel(
            [("objects_left", ASCENDING), ("_id", ASCENDING)],
            partialFilterExpression={"objects_left": True},
        ),
        IndexModel([("deleted_at", ASCENDING)], expireAfterSeconds=_TOMBSTONE_S),
    ],
    "drafts": [
        IndexModel([("document_id", ASCENDING)]),
        IndexModel([("owner", ASCENDING)]),
    ],
    "promotions": [
        IndexModel([("owner", ASCENDING)]),
        IndexModel([("due_at", ASCENDING)], sparse=True),
        IndexModel([("done_at", ASCENDING)], expireAfterSeconds=_TOMBSTONE_S),
    ],
    "templates": [
        IndexModel([("template_id", ASCENDING), ("version", ASCENDING)], unique=True),
        IndexModel([("system", ASCENDING)], sparse=True),
        IndexModel([("owner", ASCENDING), ("deleted_at", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("place", ASCENDING)], unique=True, sparse=True),
        IndexModel([("words_left", ASCENDING)], sparse=True),
        IndexModel([("deleted_at", ASCENDING)], expireAfterSeconds=_TOMBSTONE_S),
    ],
    "template_versions": [
        IndexModel([("template_id", ASCENDING), ("version", ASCENDING)], unique=True),
        IndexModel([("deleted_at", ASCENDING)], expireAfterSeconds=_TOMBSTONE_S),
    ],
    "users": [
        IndexModel([("email_key", ASCENDING)], unique=True),
        IndexModel([("deleting_at", ASCENDING)], sparse=True),
    ],
    "usage_days": [IndexModel([("owner", ASCENDING), ("day", ASCENDING)])],
}

# Names of indexes that an earlier version made: they go once the others stand. What an operator
# has added is left alone.
RETIRED: Final[dict[str, list[str]]] = {
    "conversations": ["owner_1__id_-1"],
    "templates": ["owner_1__id_-1", "owner_1_terms_1"],
}


class Indexes:
    """The indexes of one database."""

    def __init__(self, database: Database[Record]) -> None:
        self._database = database

    def make(self) -> None:
        """Make what is missing or declared in another way by now; safe from many sides at once.

        :raises StoreUnavailableError: MongoDB is away
        """
        with unavailable_when_away(), timeout(_BUILD_S):
            for name, declared in INDEXES.items():
                _make_all(self._database[name], declared)
            for name, retired in RETIRED.items():
                for each in retired:
                    _drop(self._database[name], each)


def _make_all(collection: Collection[Record], declared: Sequence[IndexModel]) -> None:
    """Look once and make what is missing in one step; what has changed goes one by one."""
    every = _listed(collection)
    in_the_way = [(index, _standing(every, index.document)) for index in declared]
    if missing := [index for index, found in in_the_way if found is None]:
        collection.create_indexes(missing)
    if any(found and _is_other(found, index.document) for index, found in in_the_way):
        for index in declared:
            _make(collection, index)


def _make(collection: Collection[Record], index: IndexModel) -> None:
    """Make it unless it stands there; each way through ends with the index as it is declared."""
    wanted = index.document
    found = _standing(_listed(collection), wanted)
    if found is None:
        collection.create_indexes([index])
    elif _lives(found) != _lives(wanted) and _nature(found) == _nature(wanted):
        change = {"keyPattern": wanted["key"], "expireAfterSeconds": _lives(wanted)}
        collection.database.command("collMod", collection.name, index=change)
    elif _nature(found) != _nature(wanted):
        _replace(collection, found, index)


def _listed(collection: Collection[Record]) -> list[Record]:
    return [dict(each) for each in collection.list_indexes()]


def _standing(every: Sequence[Record], wanted: Any) -> Record | None:
    """Return the index that is in the way of a new one: of the same key, or the same name."""
    same_key = [each for each in every if list(each["key"].items()) == list(wanted["key"].items())]
    same_name = [each for each in every if each["name"] == wanted["name"]]
    return next(iter(same_key + same_name), None)


def _is_other(found: Any, wanted: Any) -> bool:
    return (_nature(found), _lives(found)) != (_nature(wanted), _lives(wanted))


def _nature(index: Any) -> Record:
    """Return all but how long records live: that alone can be changed in place."""
    options = {name: index[name] for name in _OPTIONS if index.get(name)}
    options["expireAfterSeconds"] = "expireAfterSeconds" in index
    return {"key": list(index["key"].items()), **options}


def _lives(index: Any) -> int | None:
    seconds = index.get("expireAfterSeconds")
    return None if seconds is None else int(seconds)


def _replace(collection: Collection[Record], old: Record, index: IndexModel) -> None:
    """MongoDB keeps no two of one key or name; what cannot be made must not cost what there was."""
    _drop(collection, old["name"])
    try:
        collection.create_indexes([index])
    except OperationFailure:
        options = {name: old[name] for name in _OPTIONS if name in old}
        collection.create_indexes(
            [IndexModel(list(old["key"].items()), name=old["name"], **options)]
        )
        raise


def _drop(collection: Collection[Record], name: str) -> None:
    try:
        collection.drop_index(name)
    except OperationFailure as error:
        if error.code not in _GONE:  # somebody else did it at the same time
            raise

"""The connection to MongoDB."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient, ReadPreference, timeout
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, PyMongoError, WriteConcernError

from shared.errors import StoreUnavailableError
from shared.settings import Settings

_RETRY_MS = 2000
_DEFAULT_DATABASE = "copydesk"

Record = dict[str, Any]


def open_database(settings: Settings) -> Database[Record]:
    """Return the database of this installation."""
    return connect(
        str(settings.mongo_uri),
        timeoutMS=int(settings.mongo_timeout * 1000),
        maxPoolSize=settings.mongo_pool_size,
        readPreference=settings.mongo_read_preference,
    )


def connect(uri: str, **options: Any) -> Database[Record]:
    """Return the database that the URI names; it connects with the first query.

    A write counts once most members have it in their journal. Reads ask the primary, which knows
    all writes; the read preference is for those that go `by_preference`.
    """
    usual: Mapping[str, Any] = {
        "timeoutMS": 2000,
        "appname": "copydesk",
        "tz_aware": True,
        "w": "majority",
        "journal": True,
    }
    client: MongoClient[Record] = MongoClient(uri, **{**usual, **options})
    return client.get_default_database(_DEFAULT_DATABASE, read_preference=ReadPreference.PRIMARY)


def by_preference(collection: Collection[Record]) -> Collection[Record]:
    """Return the collection as lists and analytics read it: as MONGO_READ_PREFERENCE says.

    A secondary may be behind: never for what a caller has just written, or is about to change.
    """
    return collection.with_options(read_preference=collection.database.client.read_preference)


@contextmanager
def in_time(collection: Collection[Record]) -> Iterator[None]:
    """Give all that is asked inside MONGO_TIMEOUT together.

    :raises StoreUnavailableError: MongoDB is away, or too slow
    """
    with unavailable_when_away(), timeout(collection.database.client.options.timeout):
        yield


@contextmanager
def unavailable_when_away() -> Iterator[None]:
    """Translate what PyMongo raises for a server that cannot be asked, or has lost its majority.

    :raises StoreUnavailableError: anything else is a fault of ours and goes through as it is
    """
    try:
        yield
    except PyMongoError as error:
        if not (isinstance(error, ConnectionFailure | WriteConcernError) or error.timeout):
            raise
        raise StoreUnavailableError(
            "The document store does not answer", retry_after_ms=_RETRY_MS
        ) from error

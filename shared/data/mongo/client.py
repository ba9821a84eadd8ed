"""The connection to MongoDB."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, ExecutionTimeout, WriteConcernError

from shared.errors import StoreUnavailableError

_TIMEOUT_MS = 2000
_RETRY_MS = 2000
_DEFAULT_DATABASE = "copydesk"


def connect(uri: str) -> Database[dict[str, Any]]:
    """Return the database that the URI names; it connects with the first query."""
    client: MongoClient[dict[str, Any]] = MongoClient(
        uri,
        serverSelectionTimeoutMS=_TIMEOUT_MS,
        connectTimeoutMS=_TIMEOUT_MS,
        socketTimeoutMS=_TIMEOUT_MS * 5,
        appname="copydesk",
        tz_aware=True,
        w="majority",
    )
    return client.get_default_database(_DEFAULT_DATABASE)


@contextmanager
def unavailable_when_away() -> Iterator[None]:
    """Translate what PyMongo raises for a server that cannot be asked, or has lost its majority.

    :raises StoreUnavailableError: anything else is a fault of ours and goes through as it is
    """
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, WriteConcernError) as error:
        raise StoreUnavailableError(
            "The document store does not answer", retry_after_ms=_RETRY_MS
        ) from error

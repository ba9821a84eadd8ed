"""The MongoDB of the tests: an embedded one, or the server that TEST_MONGO_URI names.

Each stack and each test of a repository has a database of its own there, dropped at the end.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from pymongo import MongoClient

from devserver.stores import EmbeddedMongo

VARIABLE = "TEST_MONGO_URI"
_LONGEST_NAME = 60  # MongoDB takes 63 bytes


class MongoServer:
    """A server, and the databases that were made on it."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._made: list[str] = []

    def new_database(self, name: str) -> str:
        """Return the address of a database that nobody else has."""
        plain = re.sub(r"[^a-z0-9]+", "-", name.lower())
        made = f"copydesk-test-{secrets.token_hex(4)}-{plain}"[:_LONGEST_NAME]
        self._made.append(made)
        return address_of(self.uri, made)

    def drop_databases(self) -> None:
        with MongoClient(self.uri) as client:
            for name in self._made:
                client.drop_database(name)


def address_of(uri: str, database: str) -> str:
    """Return the URI with another database in it; who logs in does so where they did."""
    parts = urlsplit(uri)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if "@" in parts.netloc:
        options.setdefault("authSource", parts.path.strip("/") or "admin")
    return parts._replace(path=f"/{database}", query=urlencode(options)).geturl()


@contextmanager
def mongo_server_in(folder: Path) -> Iterator[MongoServer]:
    """Give the server; one that is started here keeps its files in the folder."""
    if named := os.environ.get(VARIABLE):
        server = MongoServer(named)
        try:
            yield server
        finally:
            server.drop_databases()
        return
    with EmbeddedMongo(folder) as store:  # its databases end with it
        yield MongoServer(store.uri)

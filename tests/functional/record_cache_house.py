"""Numbers in MongoDB behind a cache, and a check that no reader is ever told an old one."""

import os
import signal
import sys
import threading
import time

from pymongo import MongoClient

from shared.data.redis import record_cache
from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import Cached, CacheServers, Codec, RecordCache

TIMEOUT_S = 5.0
SHORT_MS = 400  # a change may take no longer: the test does not wait a minute for a dead writer


class Numbers:
    """The records; each write makes its number greater by one."""

    def __init__(self, jobs_uri: str, cache_uri: str, mongo_uri: str) -> None:
        jobs = connect(jobs_uri, timeout_s=TIMEOUT_S)
        values = connect(cache_uri, timeout_s=TIMEOUT_S)
        servers = CacheServers(jobs, values, are_one=jobs_uri == cache_uri)
        self.cache = RecordCache(servers, KeySpace(3), Cached.DOCUMENT, Codec(str, int))
        self._mongo = MongoClient(mongo_uri, w="majority", journal=True)
        self._records = self._mongo.get_default_database()["numbers"]
        self._own = threading.local()

    @property
    def asked_by_me(self) -> int:
        """How often this thread has asked MongoDB."""
        return getattr(self._own, "asked", 0)

    def read(self, name: str) -> int:
        """Return the number through the cache."""
        return self.cache.find(name, "me", lambda: self.look(name)) or 0

    def look(self, name: str) -> int | None:
        """Return the number itself."""
        self._own.asked = self.asked_by_me + 1
        found = self._records.find_one({"_id": name})
        return found["number"] if found else None

    def write(self, name: str) -> None:
        with self.cache.changing(name):
            self.add(name)

    def add(self, name: str) -> None:
        self._records.update_one({"_id": name}, {"$inc": {"number": 1}}, upsert=True)

    def close(self) -> None:
        self._mongo.close()


class Floors:
    """What each number is at least, as far as anybody can know."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._lock = threading.Lock()

    def of(self, name: str) -> int:
        return self._known.get(name, 0)

    def raise_to(self, name: str, number: int) -> None:
        with self._lock:
            self._known[name] = max(self.of(name), number)


def die_after_writing(*addresses: str) -> None:
    """Change the number, and be killed before the cache hears of the end of it."""
    *uris, name = addresses
    record_cache._CHANGE_MS = SHORT_MS
    numbers = Numbers(*uris)
    with numbers.cache.changing(name):
        time.sleep(SHORT_MS / 4000)  # some reader sees what stood there before
        numbers.add(name)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    die_after_writing(*sys.argv[1:])

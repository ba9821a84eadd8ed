"""Numbers in MongoDB behind a cache, and a check that no reader is ever told an old one."""

import os
import signal
import sys
import threading

from pymongo import MongoClient

from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import Cached, CacheServers, Codec, RecordCache

TIMEOUT_S = 60.0


class Numbers:
    """The records; each write makes its number greater by one."""

    def __init__(self, jobs_uri: str, cache_uri: str, mongo_uri: str) -> None:
        jobs = connect(jobs_uri, timeout_s=TIMEOUT_S)
        values = connect(cache_uri, timeout_s=TIMEOUT_S)
        servers = CacheServers(jobs, values, are_one=jobs_uri == cache_uri)
        self._jobs, self._keys = jobs, KeySpace(3)
        self.cache = RecordCache(servers, self._keys, Cached.DOCUMENT, Codec(str, int))
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

    def let_changes_lapse(self, name: str) -> None:
        """Do as if the time of all changes that have not ended were over."""
        key = self._keys.of_thing(name).generation(Cached.DOCUMENT.noun, name)
        for field in self._jobs.hkeys(key):
            if field.startswith("w:"):
                self._jobs.hset(key, field, 1)

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
    numbers = Numbers(*uris)
    with numbers.cache.changing(name):
        numbers.read(name)  # somebody sees what stood there before
        numbers.add(name)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    die_after_writing(*sys.argv[1:])

"""Cache-aside for records of MongoDB: never stale, whoever dies when, and never needed."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from redis import Redis, RedisError

from shared.data.redis import scripts
from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace
from shared.errors import StoreUnavailableError
from shared.settings import Settings

# Longer than any write may take, for each has its time-out; only a writer's death lets it run out.
_CHANGE_MS = 60_000
_AVOID_S = 2.0  # a cache that hangs costs one request its time-out, not every one
_END = "\n"

T = TypeVar("T")


class Cached(Enum):
    """What is cached, and for how long at most: the seed's caching strategy."""

    DOCUMENT = ("document", 5 * 60)
    PROFILE = ("profile", 15 * 60)
    TEMPLATE = ("template", 60 * 60)

    def __init__(self, noun: str, ttl_s: int) -> None:
        self.noun = noun
        self.ttl_s = ttl_s


@dataclass(frozen=True)
class Codec(Generic[T]):
    """How a value is written down."""

    dump: Callable[[T], str]
    load: Callable[[str], T]


@dataclass(frozen=True)
class CacheServers:
    """Where generations are, which must not be evicted, and where values are, which may."""

    jobs: Redis
    cache: Redis
    are_one: bool


def cache_servers(settings: Settings, jobs: Redis, *, timeout_s: float) -> CacheServers:
    """Return where this installation keeps generations and values."""
    if settings.cache == str(settings.redis_uri):
        return CacheServers(jobs, jobs, are_one=True)
    return CacheServers(jobs, connect(settings.cache, timeout_s=timeout_s), are_one=False)


class RecordCache(Generic[T]):
    """Values of one kind, kept for each owner who reads them.

    A value is believed only under the generation that its thing has now. The generation is taken
    before MongoDB is asked, ends before a change and again after it, and there is none in between.
    So a value that was read before a change is never believed after it, even if the writer dies
    half-way or the cache comes back with what it had. What cannot be asked is a miss.
    """

    def __init__(
        self, servers: CacheServers, keys: KeySpace, what: Cached, codec: Codec[T]
    ) -> None:
        self._servers = servers
        self._keys = keys
        self._what = what
        self._codec = codec
        self._generation = scripts.load(servers.jobs, "generation")
        self._change = scripts.load(servers.jobs, "change")
        self._avoid_until = float("-inf")

    def find(self, thing_id: str, owner: str, read: Callable[[], T | None]) -> T | None:
        """Return what `read` returns or would return; it must ask the primary."""
        try:
            generation, found = self._look(thing_id, owner)
        except StoreUnavailableError:
            return read()
        if not generation:
            return read()
        stamp, _, value = (found or self._get(thing_id, owner)).partition(_END)
        if stamp == generation:
            return self._codec.load(value)
        fresh = read()
        if fresh is not None:
            self._put(thing_id, owner, generation + _END + self._codec.dump(fresh))
        return fresh

    @contextmanager
    def changing(self, thing_id: str) -> Iterator[None]:
        """Change the thing inside this.

        :raises StoreUnavailableError: nothing may be changed now, and nothing was
        """
        key, token = self._keys.of_thing(thing_id).generation(self._what.noun, thing_id), _random()
        self._change(keys=[key], args=[token, _CHANGE_MS])
        try:
            yield
        finally:
            # If this fails, nobody believes or keeps a value until the time of the change is over.
            with suppress(StoreUnavailableError):
                self._change(keys=[key], args=[token, 0])

    def _look(self, thing_id: str, owner: str) -> tuple[str, str]:
        keys = self._keys.of_thing(thing_id)
        asked = [keys.generation(self._what.noun, thing_id)]
        if self._servers.are_one:
            asked.append(keys.cached(self._what.noun, thing_id, owner))
        generation, found = self._generation(keys=asked, args=[_random(), self._what.ttl_s * 1000])
        return generation, found

    def _get(self, thing_id: str, owner: str) -> str:
        if self._servers.are_one:
            return ""  # it was asked in the same step
        key = self._keys.of_thing(thing_id).cached(self._what.noun, thing_id, owner)
        return str(self._ask(lambda cache: cache.get(key)) or "")

    def _put(self, thing_id: str, owner: str, value: str) -> None:
        key = self._keys.of_thing(thing_id).cached(self._what.noun, thing_id, owner)
        self._ask(lambda cache: cache.set(key, value, ex=self._what.ttl_s))

    def _ask(self, what: Callable[[Redis], object]) -> object:
        if time.monotonic() < self._avoid_until:
            return None
        try:
            return what(self._servers.cache)
        except RedisError:
            self._avoid_until = time.monotonic() + _AVOID_S
            return None


def _random() -> str:
    return secrets.token_hex(8)

"""Cache-aside for records of MongoDB: never stale, whoever dies when, and never needed."""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

import orjson
from pydantic import TypeAdapter
from redis import Redis, RedisError

from shared.data.redis import scripts
from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace
from shared.errors import AppError, StoreUnavailableError
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

    @classmethod
    def of(cls, kind: type[T]) -> "Codec[T]":
        """Return how values of a dataclass are written down: as JSON."""
        return cls(lambda value: orjson.dumps(value).decode(), TypeAdapter(kind).validate_json)


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

    def find(
        self, thing_id: str, owner: str, read: Callable[[], T | None], *, part: str = ""
    ) -> T | None:
        """Return what `read` returns or would return; it must ask the primary.

        A thing may have parts that are kept apart, as its versions; a change ends them all.
        """
        keys, token = self._keys.of_thing(thing_id), _random()
        key = keys.cached(self._what.noun, thing_id, owner, part)
        try:
            generation, found = self._look(keys.generation(self._what.noun, thing_id), key, token)
        except StoreUnavailableError:
            return read()
        if not generation:
            return read()
        stamp, _, value = found.partition(_END)
        if stamp == generation:
            with suppress(ValueError):  # another release may have written down something else
                return self._codec.load(value)
        fresh = read()
        if fresh is not None:
            told = generation + _END + self._codec.dump(fresh)
            self._ask(lambda cache: cache.set(key, told, ex=self._what.ttl_s))
        elif generation == token:
            self._end([thing_id], token)  # ids that somebody made up leave nothing behind
        return fresh

    @contextmanager
    def changing(self, *thing_ids: str) -> Iterator[None]:
        """Change the things inside this, in less than a minute.

        :raises StoreUnavailableError: nothing may be changed now, and nothing was; or else the
            change may come to be yet, and until its minute is over nobody keeps a value
        """
        token = _random()
        for thing_id in thing_ids:
            self._note(thing_id, token, _CHANGE_MS)
        try:
            yield
        except StoreUnavailableError:
            raise  # what was sent and not answered may be done after all
        except AppError:
            self._end(thing_ids, token)  # it was refused
            raise
        self._end(thing_ids, token)

    def _end(self, thing_ids: Iterable[str], token: str) -> None:
        # If this fails, nobody believes or keeps a value until the time of the change is over.
        with suppress(StoreUnavailableError):
            for thing_id in thing_ids:
                self._note(thing_id, token, 0)

    def _note(self, thing_id: str, token: str, for_ms: int) -> None:
        key = self._keys.of_thing(thing_id).generation(self._what.noun, thing_id)
        self._change(keys=[key], args=[token, for_ms])

    def _look(self, generation_key: str, key: str, token: str) -> tuple[str, str]:
        keys = [generation_key, key] if self._servers.are_one else [generation_key]
        generation, found = self._generation(keys=keys, args=[token, self._what.ttl_s * 1000])
        if generation and not self._servers.are_one:
            found = self._ask(lambda cache: cache.get(key)) or ""
        return generation, str(found)

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

"""Whether asking the cache for a record is worth it: next to asking MongoDB, wall clock and CPU."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from bench.figures import Figure, alternate, difference, median
from bench.stack import Stack
from shared.data.mongo.client import Record, in_time, open_database
from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import Cached, CacheServers, Codec, RecordCache

READS = 200
_CODEC: Codec[Record] = Codec(lambda record: orjson.dumps(record).decode(), orjson.loads)
_RECORD = {
    "_id": "doc_1",
    "owner": "s1",
    "title": "A plan for next year",
    "tags": ["plan", "draft"],
    "revision": 7,
}


@dataclass(frozen=True)
class Cost:
    """Of one read."""

    wall_ms: float
    cpu_ms: float


def measure(stack: Stack, rounds: int) -> list[Figure]:
    """A record of 150 bytes, one read after the other, hits only."""
    with open_database(stack.settings).client as client:
        things = client["bench"]["things"]
        things.replace_one({"_id": "doc_1"}, _RECORD, upsert=True)

        def direct() -> Any:
            with in_time(things):
                return things.find_one({"_id": "doc_1"})

        figures = []
        for name, are_one in (("one Redis", True), ("a Redis of its own", False)):
            cached = _cached(stack, direct, are_one=are_one)
            ours, bare = alternate(rounds, lambda read=cached: _cost(read), lambda: _cost(direct))
            figures += _compared(name, ours, bare)
        return figures


def _cached(stack: Stack, direct: Callable[[], Any], *, are_one: bool) -> Callable[[], Any]:
    redis = connect(str(stack.settings.redis_uri), timeout_s=2)
    servers = CacheServers(redis, redis, are_one=are_one)
    cache = RecordCache(servers, KeySpace(1), Cached.DOCUMENT, _CODEC)
    return lambda: cache.find("doc_1", "s1", direct)


def _cost(read: Callable[[], Any]) -> Cost:
    read()
    began, cpu_began = time.perf_counter(), time.process_time()
    for _ in range(READS):
        read()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    return Cost(wall * 1000 / READS, cpu * 1000 / READS)


def _compared(name: str, ours: list[Cost], bare: list[Cost]) -> list[Figure]:
    what = f"record from the cache ({name}), next to MongoDB"
    walls = median([each.wall_ms for each in ours]), median([each.wall_ms for each in bare])
    cpus = median([each.cpu_ms for each in ours]), median([each.cpu_ms for each in bare])
    return [
        difference(f"{what}: time", *walls, unit="ms"),
        difference(f"{what}: CPU of the process that asks", *cpus, unit="ms"),
    ]

"""Whether asking the cache for a record is worth it: next to asking MongoDB, wall clock and CPU."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pymongo.database import Database

from bench.figures import Figure, alternate, difference, median
from bench.stack import Stack
from shared.data.cached_records import cached_records
from shared.data.mongo.client import Record, open_database
from shared.data.mongo.documents import DocumentRepository
from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import CacheServers
from shared.domain.documents import Wording

READS, WRITES = 200, 50
_ID, _WHO = "doc_1", "s1"
_WORDING = Wording("A plan for next year", "Some words. " * 2000, tags=("plan", "draft"))


@dataclass(frozen=True)
class Cost:
    """Of one step."""

    wall_ms: float
    cpu_ms: float


def measure(stack: Stack, rounds: int) -> list[Figure]:
    """A document of 24,000 characters: its metadata, hits only, and a change of it."""
    database = open_database(stack.settings)
    with database.client:
        bare = DocumentRepository(database)
        bare.bury(_ID, owner=_WHO, revision=None)
        database["documents"].delete_one({"_id": _ID})
        bare.add(_ID, _WORDING, owner=_WHO, why="")
        figures = []
        for name, are_one in (("one Redis", True), ("a Redis of its own", False)):
            cached = _cached(stack, database, are_one=are_one)
            reads = alternate(rounds, partial(_reads, cached), partial(_reads, bare))
            figures += _compared(f"metadata from the cache ({name})", *reads)
        writes = alternate(rounds, partial(_writes, cached), partial(_writes, bare))
        return figures + _compared("change of what is cached", *writes)


def _cached(stack: Stack, database: Database[Record], *, are_one: bool) -> DocumentRepository:
    redis = connect(str(stack.settings.redis_uri), timeout_s=2)
    servers = CacheServers(redis, redis, are_one=are_one)
    return cached_records(database, servers, KeySpace(1)).documents


def _reads(documents: DocumentRepository) -> Cost:
    return _cost(lambda _: documents.metadata(_ID, who=_WHO), READS)


def _writes(documents: DocumentRepository) -> Cost:
    return _cost(lambda n: documents.archive(_ID, owner=_WHO, archived=n % 2 == 0), WRITES)


def _cost(step: Callable[[int], object], times: int) -> Cost:
    step(0)
    began, cpu_began = time.perf_counter(), time.process_time()
    for number in range(times):
        step(number)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    return Cost(wall * 1000 / times, cpu * 1000 / times)


def _compared(name: str, ours: list[Cost], bare: list[Cost]) -> list[Figure]:
    what = f"{name}, next to MongoDB alone"
    walls = median([each.wall_ms for each in ours]), median([each.wall_ms for each in bare])
    cpus = median([each.cpu_ms for each in ours]), median([each.cpu_ms for each in bare])
    return [
        difference(f"{what}: time", *walls, unit="ms"),
        difference(f"{what}: CPU of the process that asks", *cpus, unit="ms"),
    ]

"""Looks at the stack while writers are at work: depth, memory, time of the processor."""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from bench import proc
from bench.client import get

_EVERY_S = 2.0
_LANE = "interactive"


@dataclass(frozen=True)
class Usage:
    """What one process took on the plateau."""

    cores: float
    pss_bytes: int


@dataclass
class Depth:
    """How many jobs were in the lane at each look, by state."""

    looks: list[dict[str, float]] = field(default_factory=list)

    def most(self, state: str) -> float:
        """Return the most that were seen."""
        return max((look.get(state, 0) for look in self.looks), default=0)

    def mean(self, state: str) -> float:
        """Return how many there were on average."""
        return sum(look.get(state, 0) for look in self.looks) / max(1, len(self.looks))


class Watch:
    """Looks every two seconds from `start` to the end of the block."""

    def __init__(self, port: int, pids: Mapping[str, int], redis_uri: str) -> None:
        self._port = port
        self._redis_uri = redis_uri
        self._pids = pids
        self._thread = threading.Thread(target=self._look_again, daemon=True)
        self._over = threading.Event()
        self._began_s = 0.0
        self._cpu_before_s: dict[str, float] = {}
        self._ended_before: Counter[str] = Counter()
        self._redis_before = 0
        self.depth = Depth()
        self.usage: dict[str, Usage] = {}
        self.ended: Counter[str] = Counter()  # jobs, by outcome
        self.redis_bytes = 0  # by which it grew
        self.took_s = 0.0

    def start(self) -> Self:
        """Begin to look."""
        self._began_s = time.monotonic()
        self._cpu_before_s = {name: proc.cpu_s(pid) for name, pid in self._pids.items()}
        self._ended_before = jobs_ended(self._port)
        self._redis_before = redis_bytes(self._redis_uri)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Take the last look."""
        self.took_s = time.monotonic() - self._began_s
        self.usage = {name: self._usage(name, pid) for name, pid in self._pids.items()}
        self.ended = jobs_ended(self._port) - self._ended_before
        self.redis_bytes = redis_bytes(self._redis_uri) - self._redis_before
        self._over.set()
        self._thread.join()

    def _usage(self, name: str, pid: int) -> Usage:
        cpu_s = proc.cpu_s(pid) - self._cpu_before_s[name]
        return Usage(cpu_s / self.took_s, proc.pss_bytes(pid))

    def _look_again(self) -> None:
        while not self._over.wait(_EVERY_S):
            self.depth.looks.append(lane_depth(self._port))


def jobs_ended(port: int) -> Counter[str]:
    """Return how many jobs have ended since the stack began, by outcome."""
    found: Counter[str] = Counter()
    for labels, value in _samples(port, "copydesk_jobs_total"):
        found[labels["outcome"]] += int(value)
    return found


def redis_bytes(uri: str) -> int:
    """Return how much memory the data in Redis takes."""
    with Redis.from_url(uri) as redis:
        return int(redis.info("memory")["used_memory"])


def lane_depth(port: int) -> dict[str, float]:
    """Return how many jobs the lane holds, by state."""
    samples = _samples(port, "copydesk_lane_depth")
    return {labels["state"]: value for labels, value in samples if labels["lane"] == _LANE}


def _samples(port: int, name: str) -> list[tuple[dict[str, str], float]]:
    return [
        (sample.labels, sample.value)
        for family in text_string_to_metric_families(get(port, "/metrics"))
        for sample in family.samples
        if sample.name == name
    ]

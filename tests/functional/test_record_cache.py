"""A read after a write is never stale, with writers that die and a cache that comes and goes."""

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from shared.data.redis import record_cache
from tests.functional.record_cache_house import Floors, Numbers
from tests.stack import ROOT, OwnRedis, until

NAMES, LEFT = ("a", "b"), "left by its writers"
WRITERS, READERS, DEATHS = 3, 6, 3


@pytest.fixture(scope="module")
def values(house):
    with OwnRedis(house / "values") as store:
        yield store


@pytest.fixture(params=["one", "apart"])
def addresses(request, redis_server, values, mongo_server):
    """Return where generations, values and records are."""
    cache = values if request.param == "apart" else redis_server
    return redis_server.uri, cache.uri, mongo_server.new_database("numbers")


@pytest.fixture
def numbers(addresses, monkeypatch):
    monkeypatch.setattr(record_cache, "_AVOID_S", 0.05)
    with closing(Numbers(*addresses)) as made:
        yield made


class Crowd:
    """Readers and writers side by side, until told to stop; notes what was stale."""

    def __init__(self, numbers):
        self.numbers, self.floors = numbers, Floors()
        self.over, self.stale, self.reads = threading.Event(), [], 0
        self._pool = ThreadPoolExecutor(WRITERS + READERS)

    def __enter__(self):
        self._runs = [self._pool.submit(self._write) for _ in range(WRITERS)]
        self._runs += [self._pool.submit(self._read) for _ in range(READERS)]
        return self

    def __exit__(self, *_):
        self.over.set()
        self._pool.shutdown()
        for run in self._runs:
            run.result()

    def note(self, name):
        """From now on nobody may be told less than what stands there."""
        self.floors.raise_to(name, self.numbers.look(name) or 0)

    def _write(self):
        while not self.over.wait(0.02):
            for name in NAMES:
                self.numbers.write(name)
                self.note(name)

    def _read(self):
        while not self.over.wait(0.005):  # whoever is about to die needs a processor too
            for name in (*NAMES, LEFT):
                least = self.floors.of(name)
                told = self.numbers.read(name)
                self.reads += 1
                self.stale += [(name, told, least)] if told < least else []


def die_after_writing(addresses):
    """Have a process change the number of `LEFT` and be killed before the end of the change."""
    words = [sys.executable, "-m", "tests.functional.record_cache_house", *addresses, LEFT]
    assert subprocess.run(words, cwd=ROOT, check=False).returncode == -signal.SIGKILL


def is_cached(numbers):
    """Return whether a second read asks no MongoDB."""
    asked = numbers.asked_by_me
    numbers.read(LEFT)
    return numbers.asked_by_me == asked


@pytest.mark.deep
def test_no_reader_is_told_what_was_before_a_write(numbers, addresses, values):
    with Crowd(numbers) as crowd:
        for turn in range(1, DEATHS + 1):
            die_after_writing(addresses)
            crowd.note(LEFT)
            if addresses[1] == values.uri:
                values.kill()
                values.start()
            assert not is_cached(numbers)
            numbers.let_changes_lapse(LEFT)
            until(lambda: is_cached(numbers), lambda: "it is never cached again")
            assert numbers.read(LEFT) == turn
            reads = crowd.reads
            until(lambda reads=reads: crowd.reads > reads + 30, lambda: "nobody reads")

    assert crowd.stale == []

"""An installation at which there is something to see, for the operators' page."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

from redis import Redis

from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace, PartitionKeys
from shared.data.redis.worker_registry import WorkerRegistry
from shared.jobs.workers import WorkerState
from tests.model_server import ModelServer
from tests.model_server_scripts import Call, Script, known_words
from tests.stack import Stack, until
from tests.stack_client import Writer, order, some_text
from workers.services.presence import Presence

HELD, FAILS, LATER, REFUSED = "held back", "fails at once", "comes later", "is refused"


class Scene:
    """Brings about, by what callers and workers do, whatever the page can show."""

    def __init__(self, stack: Stack, redis: Redis, model: ModelServer, writer: Writer) -> None:
        self._stack = stack
        self._redis = redis
        self._model = model
        self._writer = writer
        self._hold = threading.Event()
        model.plan(self._answer)

    def run(self, count: int) -> list[str]:
        """Begin jobs whose model takes its time."""
        jobs = [self._writer.begin(order(some_text(f"The big {HELD}"))) for _ in range(count)]
        until(lambda: all(self._is("running", job) for job in jobs), self._stack.logs)
        return jobs

    def fail(self, count: int, words: str = FAILS) -> None:
        """End jobs without success."""
        for _ in range(count):
            self._writer.finish(order(some_text(f"The big {words}")))

    def wait(self, count: int) -> None:
        """Let jobs wait for a provider that wants them later."""
        jobs = [self._writer.begin(order(some_text(f"The big {LATER}"))) for _ in range(count)]
        until(lambda: all(self._is("waiting", job) for job in jobs), self._stack.logs)

    def queue(self, count: int, lane: str) -> list[str]:
        """Submit jobs for a lane that is paused."""
        return [self._writer.begin(order(some_text(), lane=lane)) for _ in range(count)]

    def poison(self, count: int) -> list[str]:
        """Put jobs on the shelf: their worker is taken for dead, and it is the third time."""
        jobs = self.run(count)
        for job in jobs:
            until(lambda job=job: self._is_given_up(job), self._stack.logs)
        return jobs

    @contextmanager
    def crowded_shelf(self, count: int) -> Iterator[list[str]]:
        """Put ids on the shelf, ten in each moment a minute ago; give them, the newest first."""
        ids, (now_s, _) = [f"job_{n:032}p0" for n in range(count)], self._redis.time()
        shelf = self._keys(ids[0]).shelf
        moments = {work: int(now_s) * 1000 - 60_000 - n // 10 for n, work in enumerate(ids)}
        self._redis.zadd(shelf, moments)
        try:
            yield sorted(ids, key=lambda work: (moments[work], work), reverse=True)
        finally:
            self._redis.zrem(shelf, *ids)

    @contextmanager
    def long_names(self, job: str) -> Iterator[str]:
        """Let a worker, and who holds this job, have the name of a pod; give it."""
        pod = "interactive-7d9c8b6f5d-x2x9z-of-a-zone"
        worker = WorkerState(f"interactive@{pod}/7", "interactive", pod, 7, "1", up_ms=10**9)
        presence = Presence(WorkerRegistry(self._redis), lambda: replace(worker, still_ms=10**5))
        self._redis.hset(self._keys(job).work(job), "worker", f"{pod}/7-7ec0dbf3")
        presence.start()
        try:
            yield pod
        finally:
            presence.leave()

    def ended(self, job: str) -> dict[str, Any]:
        return self._writer.ended(job)

    def retried(self, job: str) -> dict[str, Any]:
        """Return the job that was made of one that had failed, once it is final."""
        listed = self._writer.http.get("/api/v1/jobs").json()["jobs"]
        (again,) = [one["id"] for one in listed if one.get("retry_of") == job]
        return self.ended(again)

    def is_kept(self, job: str) -> bool:
        """Whether its text is still there."""
        return bool(self._redis.exists(self._keys(job).input(job)))

    def _keys(self, job: str) -> PartitionKeys:
        return KeySpace(self._stack.settings.partitions).of_work(job)

    def release(self) -> None:
        """Let the model say the rest."""
        self._hold.set()

    def _is(self, status: str, job: str) -> bool:
        return self._writer.job(job)["status"] == status

    def _is_given_up(self, job: str) -> bool:
        keys = self._keys(job)
        self._redis.hset(keys.work(job), "deaths", 2)
        self._redis.zadd(keys.leases, {job: 0}, xx=True)  # until the worker renews it
        return self._is("failed", job)

    def _answer(self, call: Call) -> Script:
        if FAILS in call.text:
            return Script(status=400)
        if LATER in call.text:
            return Script(status=429, headers={"Retry-After": "40"})
        if REFUSED in call.text:
            return Script(refusal="I would rather not")
        return known_words(call, hold=self._hold if HELD in call.text else None)


@contextmanager
def scene_at(stack: Stack, model: ModelServer) -> Iterator[Scene]:
    """Give a scene with a writer of its own; what it holds back is let go in the end."""
    redis = connect(str(stack.settings.redis_uri), timeout_s=5)
    with closing(redis), Writer(stack.url) as writer:
        scene = Scene(stack, redis, model, writer)
        yield scene
        scene.release()

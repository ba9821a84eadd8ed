"""The true processes and their stores, with a model's server that survives every fault."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from redis import Redis

from shared.data.redis.job_events import END
from shared.data.redis.keys import PartitionKeys
from shared.jobs.names import QueueName
from tests.chaos.brokers import BROKERS, Broker, RedisBroker
from tests.chaos.ledger import Ledger, Stored
from tests.model_server import ModelServer
from tests.stack import Stack, until

USUAL = ("web", "web-2", "interactive", "isolate", "sweeper")
_KEYS = PartitionKeys(0)


@dataclass(frozen=True)
class Plan:
    """What a row needs: which processes, whether the broker is apart, which settings differ."""

    processes: Sequence[str] = USUAL
    broker_apart: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    own_env: Callable[[Path], dict[str, dict[str, str]]] | None = None  # by process


class House:
    """One stack over a store of its own; the MongoDB is anybody's."""

    def __init__(self, folder: Path, mongo_uri: str, plan: Plan, broker: str = "redis") -> None:
        self.plan = plan
        self.model = ModelServer()
        self.jobs = RedisBroker(folder / "redis")
        is_apart = plan.broker_apart or broker != "redis"
        self.broker: Broker = BROKERS[broker](folder / "broker") if is_apart else self.jobs
        self._folder = folder
        self._mongo_uri = mongo_uri
        self._open = ExitStack()
        self._known: set[str] = set()

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opening:
            opening.enter_context(self.model)
            for store in {id(each): each for each in (self.jobs, self.broker)}.values():
                store.start()
                opening.callback(store.stop)
            self.stack = opening.enter_context(self._new_stack())
            if self.plan.own_env:
                self.stack.own_env |= self.plan.own_env(self._folder)
            self.stack.start(*self.plan.processes).wait_until_ready()
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def ports(self) -> list[int]:
        """Where its web processes listen."""
        return list(self.stack.ports.values())

    def mend(self) -> None:
        """Return once all is up again, as a supervisor would see to."""
        for name in self.plan.processes:
            if self.stack.processes[name].has_ended:
                self.stack.start(name)
        until(self.jobs.answers, self.stack.logs)
        self.stack.wait_until_ready()

    def look_into_store(self, ledger: Ledger) -> None:
        """Note what the store holds of each job that came in since the last look."""
        with Redis.from_url(self.jobs.uri, decode_responses=True) as client:
            found = {key.rpartition(":")[2] for key in client.scan_iter(_KEYS.job("*"))}
            sets = [_KEYS.leases, _KEYS.parked, *map(_KEYS.ready, QueueName)]
            sets += [_KEYS.held(QueueName.BULK), _KEYS.held("section"), _KEYS.starts]
            named = {key.rpartition("}:")[2]: set(client.zrange(key, 0, -1)) for key in sets}
            for job in sorted(found - self._known):
                log = client.xrange(_KEYS.log(job))
                ends = sum(entry["e"] == END for _, entry in log)
                left_in = tuple(name for name, ids in named.items() if job in ids)
                ledger.add(Stored(job, ends, left_in))
        self._known |= found

    def _new_stack(self) -> Stack:
        addresses = {
            "REDIS_URI": self.jobs.uri,
            "MONGO_URI": self._mongo_uri,
            "BROKER_URI": self.broker.uri,
            "OPENAI_BASE_URL": self.model.base_url,
            "OPENAI_API_KEY": "sk-none",
        }
        return Stack(self._folder / "stack", **addresses | self.plan.settings)


def moments(for_s: float, every_s: float) -> Iterator[float]:
    """Yield now and then until the time is over; the moments since the begin, in seconds."""
    began = time.monotonic()
    while (since := time.monotonic() - began) < for_s:
        yield since
        time.sleep(every_s)

"""What carries the messages, as the faults need it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from redis import Redis

from tests.rabbitmq import RabbitMQ
from tests.stack import OwnRedis

_PREFIX = "cd:broker:"  # shared.jobs.broker


class Broker(Protocol):
    """A broker that can be emptied, frozen and killed."""

    @property
    def uri(self) -> str:
        """Where it listens."""

    def start(self) -> object:
        """Run it, with what it kept."""

    def stop(self) -> None:
        """End it in order."""

    def kill(self) -> None:
        """End it as a power cut would."""

    def freeze(self) -> None:
        """Let it keep its connections and answer nobody."""

    def thaw(self) -> None:
        """Let it go on."""

    def purge(self, queues: Iterable[str]) -> int | None:
        """Throw away all messages that wait; return how many, where that is known."""


class RedisBroker(OwnRedis):
    """A Redis that carries messages, alone or beside the jobs."""

    def purge(self, queues: Iterable[str]) -> int:
        """Throw away all messages that wait; return how many."""
        with Redis.from_url(self.uri) as client, client.pipeline(transaction=True) as pipe:
            for queue in queues:
                pipe.llen(_PREFIX + queue)
                pipe.delete(_PREFIX + queue)
            return sum(pipe.execute()[::2])


# By the name on the command line; each is made with the folder for its data.
BROKERS: dict[str, Callable[[Path], Broker]] = {"redis": RedisBroker, "rabbitmq": RabbitMQ}

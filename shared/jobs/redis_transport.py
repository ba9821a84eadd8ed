"""Kombu's Redis transport, for processes that only send and for those that take.

Kombu 5.7 builds a new redis-py client for each message, which is a third of what sending one costs.
"""

import time
from typing import Any

from kombu.transport import redis


class Channel(redis.Channel):
    """A channel that keeps its client: a client is but a view of the channel's own pool."""

    _client: Any = None

    def _create_client(self, asynchronous: bool = False) -> Any:
        if asynchronous:
            return super()._create_client(asynchronous=True)  # type: ignore[misc]
        if self._client is None or self._client.connection_pool is not self.pool:
            self._client = super()._create_client()  # type: ignore[misc]
        return self._client

    def _has_queue(self, *_: Any, **__: Any) -> bool:
        """Every queue is there, if empty: kombu 5.7 asks for the key without its own prefix."""
        return True


class Transport(redis.Transport):
    """Redis, with channels that keep their clients."""

    Channel = Channel


class TakingChannel(redis.Channel):
    """A channel that says so when its connection is gone, or silent.

    Kombu 5.7 still acknowledges and puts back messages over a channel whose connection was lost,
    and the AttributeError that it meets there would end the worker.
    """

    _in_poll: Any
    _brpop_sent_at: float | None

    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection is None or self.connection.client is None:
            raise ConnectionError("The connection to the broker is gone")
        return super()._connparams(asynchronous)  # type: ignore[misc]

    @property
    def unanswered_s(self) -> float:
        """How long the question for a message has been out; Redis answers each within a second."""
        if not self._in_poll or self._brpop_sent_at is None:
            return 0.0
        return time.monotonic() - self._brpop_sent_at


class TakingTransport(redis.Transport):
    """Redis, for workers."""

    Channel = TakingChannel

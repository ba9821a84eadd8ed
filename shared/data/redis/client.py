"""Connections to Redis, with time-outs that fit who asks."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionFailure
from redis.exceptions import OutOfMemoryError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as NoAnswer
from redis.retry import Retry

from shared.errors import StoreUnavailableError

WORKER_TIMEOUT_S = 2.0
_LISTENER_CONNECTS_S = 0.5
_RETRY_MS = 2000
# What Redis says when its disk is full, its replicas are gone, or it is part of no quorum.
_SICK = ("MISCONF", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "OOM")


def connect(uri: str, *, timeout_s: float) -> Redis:
    """Return a client that never repeats a command by itself.

    redis-py 8 retries ten times: a counter would be moved twice, and a caller would wait for 14 s.
    """
    return Redis.from_url(
        uri,
        decode_responses=True,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
        max_connections=1000,
    )


def connect_blocking(uri: str) -> Redis:
    """Return a client for subscriptions, which may be silent for long."""
    return Redis.from_url(
        uri,
        decode_responses=True,
        socket_timeout=None,
        socket_connect_timeout=_LISTENER_CONNECTS_S,
        retry=Retry(NoBackoff(), 0),
    )


@contextmanager
def unavailable_when_away() -> Iterator[None]:
    """Translate what redis-py raises for a server that is away, loading, full or a replica.

    :raises StoreUnavailableError: anything else is a fault of ours and goes through as it is
    """
    try:
        yield
    except (ConnectionFailure, NoAnswer, OutOfMemoryError, ReadOnlyError) as error:
        raise _store_is_away() from error
    except ResponseError as error:
        if str(error).startswith(_SICK):
            raise _store_is_away() from error
        raise


def _store_is_away() -> StoreUnavailableError:
    return StoreUnavailableError("The job store does not answer", retry_after_ms=_RETRY_MS)

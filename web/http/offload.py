"""Keeps what computes for long from holding up everybody else."""

from collections.abc import Callable
from contextvars import copy_context
from typing import TypeVar, cast

import gevent

Result = TypeVar("Result")


def offload(step: Callable[[], Result]) -> Result:
    """Run the step in a thread of its own, while this process serves other requests and streams.

    What it raises is carried over as a value: gevent prints what a thread raises, words and all.
    """
    pool = gevent.get_hub().threadpool
    result, error = pool.apply(copy_context().run, (_outcome, step))
    if error is not None:
        raise error
    return cast("Result", result)


def _outcome(step: Callable[[], Result]) -> tuple[Result | None, Exception | None]:
    try:
        return step(), None
    except Exception as error:  # noqa: BLE001  raised again where it is waited for
        return None, error

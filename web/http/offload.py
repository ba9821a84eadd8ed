"""Keeps what computes for long from holding up everybody else."""

from collections.abc import Callable
from contextvars import copy_context
from typing import TypeVar

import gevent

Result = TypeVar("Result")


def offload(step: Callable[[], Result]) -> Result:
    """Run the step in a thread of its own, while this process serves other requests and streams."""
    result: Result = gevent.get_hub().threadpool.apply(copy_context().run, (step,))
    return result

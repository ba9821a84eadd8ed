"""Waiting for the end of a job."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from copydesk.calls import jobs
from copydesk.calls.wire import Call
from copydesk.errors.own import JobFailedError, JobTimeoutError
from copydesk.models.chat import ChatResult
from copydesk.models.fields import read
from copydesk.models.jobs import JobView
from copydesk.models.suggestions import SuggestionResult
from copydesk.protocol.steps import Pause, Steps, do

_PATIENCE_S = 300.0  # with a server that is away
_LONGEST_POLL_S = 20.0  # proxies hang up on those who say nothing for longer
_SHORT_PAUSE_S = 0.25


def until_final(
    view: JobView, look: Callable[[int], Call[JobView]], timeout_s: float | None
) -> Steps[JobView]:
    """Return the job once it is final.

    :raises JobTimeoutError: it was not in time
    :raises ConnectionFailedError: the server stayed away
    """
    ends_at = None if timeout_s is None else time.monotonic() + timeout_s
    left_s = _PATIENCE_S if timeout_s is None else timeout_s
    while not view.is_whole:
        call = look(int(max(0.0, min(_LONGEST_POLL_S, left_s))))
        within_s = max(0.0, min(_PATIENCE_S, left_s))
        view = yield from do(replace(call, request=replace(call.request, within_s=within_s)))
        if ends_at is None or view.is_whole:
            continue
        left_s = ends_at - time.monotonic()
        if left_s <= 0 and timeout_s is not None:
            raise JobTimeoutError(view.id, timeout_s)
        if left_s < 1:
            yield Pause(min(left_s, _SHORT_PAUSE_S))
    return view


def result_of(view: JobView) -> Steps[Any]:
    """Return what a final job made.

    :raises JobFailedError: nothing
    """
    if view.status != "succeeded":
        raise JobFailedError(view)
    if view.result is None:
        return (yield from do(jobs.result(view)))
    return read(ChatResult if view.kind == "chat" else SuggestionResult, view.result)

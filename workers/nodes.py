"""A Celery node, seen from within: what it says of itself, and how it ends when it has stalled."""

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from billiard.process import active_children
from celery.worker import state as celery_state

from shared.jobs.names import TaskName
from shared.jobs.workers import WorkerState
from workers.services.leases import Leases
from workers.services.presence import Presence, Pulse
from workers.services.stalls import Sight, Stall, StallWatch

LEAVE = signal.SIGUSR2  # what a worker says to the processes of its pool
STALLED_STATUS = 75  # EX_TEMPFAIL: started again, it may well work
_TURN_EVERY_S = 1.0
_HAND_BACK_S = 5.0  # beyond the grace: the longest that handing back takes with Redis there

log = structlog.get_logger(__name__)


@dataclass
class Node:
    """What this node does now; `leases` gives its claims, once it has made any."""

    consumer: Any
    pulse: Pulse
    leases: Callable[[], Leases | None]
    is_leaving: bool = False
    queues: tuple[str, ...] = field(init=False)
    _begun: int = 0
    _given_at: float | None = None

    def __post_init__(self) -> None:
        # What it was told to take from: Celery forgets a queue whose consumer it has cancelled.
        self.queues = tuple(self.consumer.app.amqp.queues.consume_from)

    def listen(self) -> None:
        """Let the main loop tell that it turns."""
        if self.consumer.hub is not None:
            self.consumer.hub.timer.call_repeatedly(_TURN_EVERY_S, self.pulse.turn)

    def state(self) -> WorkerState:
        """Return what others may know; one that leaves takes nothing any more."""
        begun = celery_state.all_total_count[0]
        if begun != self._begun:
            self._begun, self._given_at = begun, time.monotonic()
        idle_s = None if self._given_at is None else time.monotonic() - self._given_at
        return replace(
            self.pulse.state(str(self.consumer.hostname).partition("@")[0]),
            queues=() if self.is_leaving else self.queues,
            slots=0 if self.is_leaving else self._slots,
            held=self._held,
            idle_ms=None if idle_s is None else int(idle_s * 1000),
        )

    def sight(self) -> Sight:
        """Return what tells a stalled node from an idle one."""
        channel = getattr(self.consumer.task_consumer, "channel", None)
        active, others = _active()
        return Sight(
            at=time.monotonic(),
            still_s=self.pulse.still_s if self.consumer.hub is not None else 0.0,
            unanswered_s=getattr(channel, "unanswered_s", 0.0),
            begun=celery_state.all_total_count[0],
            waiting=max(0, len(celery_state.reserved_requests) - active),
            free=self._slots - self._held - others,
        )

    @property
    def _slots(self) -> int:
        return int(self.consumer.pool.num_processes)

    @property
    def _held(self) -> int:
        """Work in hand. Those of a pool hold theirs themselves: there it is what they got."""
        leases = self.leases()
        active, others = _active()
        return leases.held if leases else active - others


def _active() -> tuple[int, int]:
    """Return how many tasks have begun and not ended, and how many of them are no jobs."""
    for _ in range(3):
        with suppress(RuntimeError):  # one began while we counted
            names = [request.name for request in celery_state.active_requests]
            return len(names), sum(name != TaskName.WORK for name in names)
    return len(celery_state.active_requests), 0


@dataclass
class Watchman:
    """Ends this node when it has stalled, after giving to others what it holds."""

    node: Node
    watch: StallWatch
    presence: Presence
    grace_s: float
    _leaving: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Look from now on, in a thread of its own: the main one may be what stands still."""
        threading.Thread(target=self._run, name="stall-watch", daemon=True).start()

    def stop(self) -> None:
        """Look no more: a worker that ends in order takes nothing, and rightly so."""
        self._leaving.set()
        self.node.is_leaving = True

    def _run(self) -> None:
        while not self._leaving.wait(self.watch.every_s):
            try:
                why = self.watch.look(self.node.sight())
            except Exception:
                log.exception("stall_watch_broke")
                continue
            if why is not None and not self._leaving.is_set():
                self._end(why)

    def _end(self, why: Stall) -> None:
        log.error("worker_stalled", why=why.value, held=self.node.state().held)
        hand_on(self.node.leases(), self.grace_s).join(self.grace_s + _HAND_BACK_S)
        _tell_children(signal.SIGKILL)
        self.presence.leave()
        os._exit(STALLED_STATUS)  # the main thread may never hear of anything


def hand_on(leases: Leases | None, grace_s: float) -> threading.Thread:
    """Give what is not done after the grace to other workers, in a thread of its own.

    Celery tells a pool's processes nothing: it waits, and a supervisor loses its patience.
    """
    drain: Callable[[float], None] = leases.drain if leases else _nothing_to_hand_on
    if _tell_children(LEAVE):
        drain = _give_time_to_children
    thread = threading.Thread(target=drain, args=(grace_s,), daemon=True)
    thread.start()
    return thread


def _nothing_to_hand_on(_grace_s: float) -> None:
    """There was no job yet."""


def _give_time_to_children(grace_s: float) -> None:
    """They end nothing but their claims, and say nothing when that is done."""
    time.sleep(grace_s + 1.0)


def _tell_children(number: signal.Signals) -> int:
    """Send a signal to the processes of the pool, and return how many there are."""
    pids = [child.pid for child in active_children() if child.pid]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    return len(pids)

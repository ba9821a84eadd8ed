"""Says every other second what this process is, until it ends."""

import os
import socket
import threading
import time
from collections.abc import Callable

import structlog

from shared.data.redis.worker_registry import WorkerRegistry
from shared.errors import StoreUnavailableError
from shared.jobs.workers import WorkerState
from shared.version import VERSION

TELL_EVERY_S = 2.0

log = structlog.get_logger(__name__)


class Pulse:
    """When this process began, and when its main loop turned last."""

    def __init__(self) -> None:
        self._began = self._turned_at = time.monotonic()

    def turn(self) -> None:
        """Say that the loop turns: it came round, or tried once more to reach the broker."""
        self._turned_at = time.monotonic()

    @property
    def still_s(self) -> float:
        """How long its loop has not turned."""
        return time.monotonic() - self._turned_at

    def state(self, role: str) -> WorkerState:
        """Return what there is to say of any process; nodes of one name are told apart by pid."""
        host, pid = socket.gethostname(), os.getpid()
        return WorkerState(
            name=f"{role}@{host}/{pid}",
            role=role,
            host=host,
            pid=pid,
            version=VERSION,
            up_ms=int((time.monotonic() - self._began) * 1000),
            still_ms=int(self.still_s * 1000),
        )


class Presence:
    """Keeps a process among the living; while Redis is away nobody is told, and nothing fails."""

    def __init__(self, registry: WorkerRegistry, state: Callable[[], WorkerState]) -> None:
        self._registry = registry
        self._state = state
        self._ending = threading.Event()
        self._is_told = True
        self._pid = os.getpid()
        self._one_at_a_time = threading.Lock()

    def start(self) -> None:
        """Say it from now on, in a thread of its own."""
        threading.Thread(target=self._run, name="presence", daemon=True).start()

    def leave(self) -> None:
        """Say no more, and be forgotten at once if Redis is there; else within ten seconds."""
        if os.getpid() != self._pid:  # a process that was forked ends for itself
            return
        self._ending.set()
        with self._one_at_a_time:  # what is on its way would bring us back
            self._try(lambda: self._registry.leave(self._state().name))

    def _run(self) -> None:
        while not self._ending.is_set():
            with self._one_at_a_time:
                if not self._ending.is_set():
                    self._try(lambda: self._registry.attend(self._state()))
            self._ending.wait(TELL_EVERY_S)

    def _try(self, tell: Callable[[], None]) -> None:
        was_told = self._is_told
        try:
            tell()
        except StoreUnavailableError:
            self._is_told = False
        except Exception:
            self._is_told = False
            if was_told:
                log.exception("presence_broke")
        else:
            self._is_told = True
        if was_told and not self._is_told:  # once, and not every other second
            log.warning("presence_untold")

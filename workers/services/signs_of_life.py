"""Says each second that this process runs, to a watchdog beside it and whatever else is away."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import structlog

from workers.services import watchdog

log = structlog.get_logger(__name__)


class SignsOfLife:
    """The pipe to a watchdog, for this process and those that it forks.

    `told` goes into the line that the watchdog logs, in place of what a process of ours would add.
    """

    def __init__(self, stall_s: float, told: Mapping[str, object]) -> None:
        self._stall_s = stall_s
        self._told = json.dumps(told)
        # Both ends stay open here: a watchdog that was killed has a successor.
        self._reading, self._writing = os.pipe()
        for end in (self._reading, self._writing):
            os.set_blocking(end, False)
        self._process = os.getpid()
        self._watchdog: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Have this process watched from now on; before anything is forked."""
        self._sign()  # the watchdog finds it: even who freezes the next moment is missed
        self._keep_watched()
        self._give(self._keep_watched)

    def join(self) -> None:
        """Have this process watched, too: one that was forked."""
        self._sign()
        self._give(lambda: None)

    def _sign(self) -> None:
        with suppress(BlockingIOError):  # nobody reads: the watchdog is frozen itself
            os.write(self._writing, watchdog.SIGN.pack(os.getpid()))

    def _give(self, also: Callable[[], None]) -> None:
        def give() -> None:
            while True:
                time.sleep(watchdog.LOOK_EVERY_S)
                self._sign()
                also()

        threading.Thread(target=give, name="signs-of-life", daemon=True).start()

    def _keep_watched(self) -> None:
        if self._watchdog:
            status = self._watchdog.poll()
            if status is None:
                return
            log.warning("watchdog_ended", status=status)
            self._watchdog = None
        with suppress(OSError):  # the machine has no room for it now; the next second, maybe
            self._watchdog = self._begin()

    def _begin(self) -> "subprocess.Popen[bytes]":
        told = [str(self._process), str(self._reading), str(self._stall_s), self._told]
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", watchdog.__file__, *told],
            stdin=subprocess.DEVNULL,
            pass_fds=[self._reading],
        )

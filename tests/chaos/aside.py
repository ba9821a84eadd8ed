"""Async work beside the thread that does the harm."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any


class Aside:
    """A coroutine in a thread of its own, so that faults come from the thread that lasts."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._failure: BaseException | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run, name="callers", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def join(self) -> None:
        """Wait for it, and raise what it raised."""
        self._thread.join()
        if self._failure:
            raise self._failure

    def _run(self) -> None:
        try:
            asyncio.run(self._work())
        except BaseException as failure:  # noqa: BLE001  raised by `join`
            self._failure = failure

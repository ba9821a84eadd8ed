"""How far the runs are: bars on a terminal, a line now and then elsewhere."""

import threading
import time
from collections.abc import Callable
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from copydesk.cli.showing import visible
from copydesk.cli.states import RunState

LINE_EVERY_S = 5.0


class Meter(Protocol):
    """Shows states; any thread may call it."""

    def show(self, state: RunState) -> None:
        """Show how far this run is now."""

    def say(self, words: str) -> None:
        """Say something beside."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def meter_on(console: Console) -> Meter:
    """Return what suits where it is shown."""
    return Bars(console) if console.is_terminal else Lines(console)


class Bars:
    """A bar for each run."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.fields[title]}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[told]}", markup=False),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.Lock()

    def show(self, state: RunState) -> None:
        with self._lock:
            if state.name not in self._tasks:
                self._tasks[state.name] = self._progress.add_task("", title="", told="", total=None)
            task = self._tasks[state.name]
        self._progress.update(
            task,
            title=visible(state.name),
            told=state.told,
            completed=state.done,
            total=state.total or None,
        )

    def say(self, words: str) -> None:
        self._progress.console.print(Text(visible(words)))

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


class Lines:
    """A line at the beginning, at the end, and every few seconds."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._due: dict[str, float] = {}

    def show(self, state: RunState) -> None:
        now = self._clock()
        if now < self._due.get(state.name, 0.0) and not state.is_over:
            return
        self._due[state.name] = now + LINE_EVERY_S
        self.say(f"{state.name}: {state.told}")

    def say(self, words: str) -> None:
        self._console.print(Text(visible(words)), soft_wrap=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

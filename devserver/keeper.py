"""One program, and the care to keep it running."""

import asyncio
import contextlib
import os
import signal
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from dataclasses import dataclass

from devserver.backoff import Backoff
from devserver.output import Output
from devserver.tether import tethered

CANNOT_START = 127  # a shell's word for it


@dataclass(frozen=True)
class Program:
    """What to run, and how to end it."""

    name: str
    command: list[str]
    grace_s: float
    # What the kernel sends if the supervisor is killed: no time to wait is left then.
    orphaned: signal.Signals
    keeps_open: tuple[int, ...] = ()


class Keeper:
    """Starts its program again whenever it ends, until told to stop."""

    def __init__(self, program: Program, env: Mapping[str, str], output: Output) -> None:
        self.program = program
        self._env = env
        self._output = output
        self._process: Process | None = None
        self._started = 0.0
        self._task = asyncio.create_task(self._keep())

    @property
    def up_s(self) -> float:
        """How long it has been running now, in seconds."""
        return time.monotonic() - self._started if self._process else 0.0

    async def stop(self) -> None:
        """End it: a signal, the time it asked for, then the end of whatever is left of it."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def kill(self) -> None:
        """End it, and what it started, without asking."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _keep(self) -> None:
        backoff = Backoff()
        while True:
            self._started = time.monotonic()
            returncode = await self._run()
            pause_s = backoff.after(time.monotonic() - self._started, returncode)
            how = _describe(returncode)
            self._output.say(self.program.name, f"{how}; started again in {pause_s:.2g} s")
            await asyncio.sleep(pause_s)

    async def _run(self) -> int:
        try:
            self._process = await self._spawn()
        except OSError as error:
            self._output.say(self.program.name, f"cannot be started: {error}")
            return CANNOT_START
        try:
            return await self._process.wait()
        finally:
            await self._end(self._process)
            self._process = None

    async def _spawn(self) -> Process:
        # A pipe of our own: asyncio would wait for its end, and grandchildren may hold it open.
        reading, writing = os.pipe()
        self._output.read(self.program.name, os.fdopen(reading, "rb"))
        try:
            return await asyncio.create_subprocess_exec(
                *tethered(self.program.command, self.program.orphaned),
                stdin=DEVNULL,
                stdout=writing,
                stderr=writing,
                env=self._env,
                pass_fds=self.program.keeps_open,
                process_group=0,
            )
        finally:
            os.close(writing)

    async def _end(self, process: Process) -> None:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), self.program.grace_s)
        self.kill()  # what it left behind may hold its port
        await process.wait()


def _describe(returncode: int) -> str:
    if returncode < 0:
        return f"was ended by signal {-returncode} ({signal.strsignal(-returncode)})"
    return f"ended with status {returncode}"

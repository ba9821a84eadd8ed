"""One run: stores, then the processes that rest on them, until a signal says stop."""

import argparse
import asyncio
import shutil
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from devserver.errors import StartError
from devserver.keeper import Program
from devserver.lock import lock
from devserver.output import Output, tell
from devserver.plan import Plan, make_plan
from devserver.readiness import COMPLAIN_EVERY_S, Checks, wait_until_all_answer
from devserver.report import ready_line
from devserver.supervisor import Supervisor
from shared.errors import SettingsError

STORE_GRACE_S = 20.0
PROCESS_GRACE_S = 10.0
# One Ctrl-C may come twice, from the terminal and from make; a person's second one comes later.
ONE_SIGNAL_S = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the house and keep it until told to stop; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m devserver", description=__doc__)
    parser.add_argument("--procfile", type=Path, default=Path("Procfile"))
    procfile = parser.parse_args(arguments).procfile
    try:
        plan = make_plan(procfile)
        with lock(plan.settings.data_dir) as held:
            asyncio.run(House(plan, held).keep())
    except (SettingsError, StartError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    return 0


class House:
    """What is running, and in which order it is opened and closed."""

    def __init__(self, plan: Plan, held: int) -> None:
        names = [*(store.name for store in plan.stores), *plan.processes]
        self._plan = plan
        self._held = held
        self._output = Output(plan.settings.data_dir / "logs", names)
        self._supervisor = Supervisor(plan.env, self._output)
        self._stopping_since: float | None = None

    async def keep(self) -> None:
        """Open, and stay open until told to stop.

        :raises StartError: when a store does not come up
        """
        opening = asyncio.create_task(self._open())
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(each, self._on_signal, opening)
        try:
            await opening
        except asyncio.CancelledError:
            tell("Stopping. Ctrl-C once more: without waiting for work that is being done")
        finally:
            await self._supervisor.stop()
            self._plan.told_in.unlink(missing_ok=True)
            self._output.close()

    async def _open(self) -> None:
        self._supervisor.start(self._stores())
        answers = {store.name: store.answers for store in self._plan.stores}
        await wait_until_all_answer(answers, self._give_up)
        told = (f"{setting}={uri}\n" for setting, uri in self._plan.addresses.items())
        self._plan.told_in.write_text("".join(told))

        self._supervisor.start(self._processes())
        checks = Checks(self._plan.settings, self._supervisor.up_s).of(self._plan.processes)
        await wait_until_all_answer(checks, lambda silent: tell(self._late(silent)))

        tell(ready_line(self._plan))
        await asyncio.Event().wait()  # for a signal

    def _stores(self) -> Iterable[Program]:
        for store in self._plan.stores:
            store.prepare()
            # Stores hold the folder too: the next run waits for them, should they outlive this one.
            yield Program(
                store.name, store.command, STORE_GRACE_S, signal.SIGTERM, keeps_open=(self._held,)
            )

    def _processes(self) -> Iterable[Program]:
        # What was counted before belongs to processes that are gone, and pids come again.
        shutil.rmtree(self._plan.metrics_dir, ignore_errors=True)
        for name, command in self._plan.processes.items():
            # A shell for its variables, which becomes the command. Nobody is left to wait for an
            # orphan, and its work is safe in the stores: so it gets no time, and they do.
            words = ["/bin/sh", "-c", f"exec {command}"]
            yield Program(name, words, PROCESS_GRACE_S, signal.SIGKILL)

    def _late(self, silent: list[str]) -> str:
        where = ", ".join(f"{name} (its output: {self._output.path(name)})" for name in silent)
        return f"Not up after {COMPLAIN_EVERY_S:g} s: {where}"

    def _give_up(self, silent: list[str]) -> None:
        raise StartError(self._late(silent))

    def _on_signal(self, opening: asyncio.Task[None]) -> None:
        now = time.monotonic()
        if self._stopping_since is None:
            self._stopping_since = now
            opening.cancel()
        elif now - self._stopping_since > ONE_SIGNAL_S:
            self._supervisor.hurry()


if __name__ == "__main__":
    sys.exit(main())

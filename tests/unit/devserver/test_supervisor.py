"""With real processes, each of a few milliseconds."""

import asyncio
import os
import signal
import sys

import pytest

from devserver.keeper import Program
from devserver.output import Output
from devserver.supervisor import Supervisor
from tests.functional.running_house import is_running

LONG_S = 600.0  # for what is not to happen
ENDED = "ended with status 127"


@pytest.fixture
def output(tmp_path):
    return Output(tmp_path / "logs", ["one", "two", "base"])


def program(name, script, *arguments, grace_s=LONG_S):
    command = [sys.executable, "-I", "-S", "-c", script, *map(str, arguments)]
    return Program(name, command, grace_s, signal.SIGKILL)


NOTE = """
import os, signal, sys, time
def note(word):
    with open(sys.argv[1], "a") as file: file.write(f"{word} {os.getpid()}\\n")
"""
WAIT = f"{NOTE}note('start'); time.sleep({LONG_S})"
POLITE = f"""{NOTE}
def leave(*_):
    time.sleep(float(sys.argv[2])); note('end'); sys.exit()
signal.signal(signal.SIGTERM, leave); note('start'); time.sleep({LONG_S})
"""
STUBBORN = f"""{NOTE}
signal.signal(signal.SIGTERM, lambda *_: note('asked'))
note('start' if os.fork() else 'child'); time.sleep({LONG_S})
"""


async def until(ask):
    """Return the first answer that is true."""
    async with asyncio.timeout(60):
        while not (answer := ask()):
            await asyncio.sleep(0.01)
    return answer


async def lines(path, count):
    """Return the notes once there are so many."""

    def found():
        notes = path.read_text().split("\n")[:-1] if path.exists() else []
        return notes if len(notes) >= count else None

    return [note.split() for note in await until(found)]


def supervise(output, scenario):
    async def run():
        supervisor = Supervisor(os.environ, output)
        try:
            await scenario(supervisor)
        finally:
            await supervisor.stop()
            output.close()

    asyncio.run(run())


def test_a_killed_program_is_started_again(output, tmp_path):
    notes = tmp_path / "notes"

    async def scenario(supervisor):
        supervisor.start([program("one", WAIT, notes)])
        [[_, pid]] = await lines(notes, 1)
        os.kill(int(pid), signal.SIGKILL)
        await lines(notes, 2)

    supervise(output, scenario)
    assert "was ended by signal 9 (Killed)" in output.path("one").read_text()


def test_a_tier_ends_before_the_one_below_it(output, tmp_path):
    notes = tmp_path / "notes"

    async def scenario(supervisor):
        supervisor.start([program("base", POLITE, notes, 0)])
        [[_, base]] = await lines(notes, 1)
        # It would be the first to end, if it were asked together with the others.
        supervisor.start([program(name, POLITE, notes, 0.5) for name in ("one", "two")])
        await lines(notes, 3)
        await supervisor.stop()
        ended = [pid for word, pid in await lines(notes, 6) if word == "end"]

        assert ended.index(base) == 2

    supervise(output, scenario)


def test_a_program_that_will_not_end_is_killed_with_its_children(output, tmp_path):
    notes = tmp_path / "notes"

    async def scenario(supervisor):
        supervisor.start([program("one", STUBBORN, notes, grace_s=0.2)])
        pids = [int(pid) for _, pid in await lines(notes, 2)]
        await supervisor.stop()
        await until(lambda: not any(is_running(pid) for pid in pids))

    supervise(output, scenario)


def test_hurrying_spares_only_the_lowest_tier(output, tmp_path):
    notes = tmp_path / "notes"

    async def scenario(supervisor):
        supervisor.start([program("base", POLITE, notes, 0)])
        await lines(notes, 1)
        supervisor.start([program("one", STUBBORN, notes)])
        await lines(notes, 3)
        stopping = asyncio.create_task(supervisor.stop())
        await lines(notes, 4)
        supervisor.hurry()
        async with asyncio.timeout(LONG_S / 10):
            await stopping

        assert [word for word, _ in await lines(notes, 5)][3:] == ["asked", "end"]

    supervise(output, scenario)


def test_what_cannot_be_run_is_said_and_tried_again(output):
    async def scenario(supervisor):
        supervisor.start([Program("one", ["/no/such/program"], 1.0, signal.SIGKILL)])
        log = output.path("one")
        await until(lambda: log.read_text().count(ENDED) >= 2)
        await until(lambda: supervisor.up_s("one") == 0)
        await until(lambda: "/no/such/program: No such file or directory" in log.read_text())

    supervise(output, scenario)


def test_output_goes_behind_the_programs_name(capsys, tmp_path):
    output = Output(tmp_path, ["one", "longer"])
    shown = []

    def is_shown():
        shown.append(capsys.readouterr().out)
        return "one    | héllo\n" in "".join(shown)

    async def scenario(supervisor):
        script = f"import time; print('h\\u00e9llo', flush=True); time.sleep({LONG_S})"
        supervisor.start([program("one", script)])
        await until(is_shown)

    supervise(output, scenario)
    assert output.path("one").read_text() == "héllo\n"

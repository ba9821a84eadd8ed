"""Workers and beat: killed, frozen, with clocks that are wrong."""

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.chaos.house import USUAL, Plan
from tests.chaos.rows import Row, Scene

_BACK_WITHIN_S = (0.2, 1.0)  # a supervisor starts what died within a second
_FROZEN_S = (6.0, 9.0)  # a lease is 4 s
_TWO = ("interactive", "interactive-2")
_SKEWS_S = (60, -60)


def kill_and_restart(scene: Scene, name: str) -> None:
    """Kill a process with all that descends from it, and start it again."""
    scene.fault(f"kill {name}")
    scene.house.stack.processes[name].kill()
    restart(scene, name)


def restart(scene: Scene, name: str) -> None:
    """Start what has ended, as soon as a supervisor would."""
    time.sleep(scene.chance.uniform(*_BACK_WITHIN_S))
    scene.house.stack.start(name)


def _kill_one(scene: Scene, names: Sequence[str]) -> None:
    scene.wait_for_a_moment()
    kill_and_restart(scene, scene.chance.choice(names))


def _freeze(scene: Scene) -> None:
    victim = scene.chance.choice(_TWO)
    process = scene.house.stack.processes[victim]
    scene.wait_for_a_moment()
    scene.fault(f"freeze {victim}")
    process.freeze()
    time.sleep(scene.chance.uniform(*_FROZEN_S))
    process.thaw()
    scene.fault(f"thaw {victim}")


def _skewed(folder: Path) -> dict[str, dict[str, str]]:
    """Return what sets the clock of one worker ahead and that of the other back."""
    library = folder / "skewed_clock.so"
    source = Path(__file__).with_name("skewed_clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return {
        name: {"LD_PRELOAD": str(library), "CLOCK_SKEW_S": str(by_s)}
        for name, by_s in zip(_TWO, _SKEWS_S, strict=True)
    }


def _cannot_skew() -> str:
    """Return why no clock can be set wrong here, or nothing."""
    if not sys.platform.startswith("linux") or shutil.which("cc") is None:
        return "needs Linux and a C compiler"
    return ""


ROWS = {
    "kill-worker": Row(partial(_kill_one, names=("interactive",))),
    "kill-beat": Row(partial(_kill_one, names=("beat",)), plan=Plan((*USUAL, "beat"))),
    "freeze-worker": Row(_freeze, plan=Plan((*USUAL, "interactive-2"))),
    "skewed-clock": Row(
        partial(_kill_one, names=_TWO),
        plan=Plan((*USUAL, "interactive-2"), own_env=_skewed),
        missing=_cannot_skew,
    ),
}

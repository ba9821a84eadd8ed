"""Workers, the pool's children and beat: killed, frozen."""

import time

from tests.chaos.house import USUAL, Plan
from tests.chaos.rows import Row, Scene

_BACK_WITHIN_S = (0.2, 1.0)  # a supervisor starts what died within a second
_FROZEN_S = (6.0, 9.0)  # a lease is 4 s


def kill_and_restart(scene: Scene, name: str) -> None:
    """Kill a process with all that descends from it, and start it again."""
    scene.fault(f"kill {name}")
    scene.house.stack.processes[name].kill()
    time.sleep(scene.chance.uniform(*_BACK_WITHIN_S))
    scene.house.stack.start(name)


def _kill(name: str) -> Row:
    def act(scene: Scene) -> None:
        scene.wait_for_a_moment()
        kill_and_restart(scene, name)

    processes = USUAL if name in USUAL else (*USUAL, name)
    return Row(act, plan=Plan(processes))


def _freeze(scene: Scene) -> None:
    victim = scene.chance.choice(scene.house.stack.of_kind("interactive"))
    process = scene.house.stack.processes[victim]
    scene.wait_for_a_moment()
    scene.fault(f"freeze {victim}")
    process.freeze()
    time.sleep(scene.chance.uniform(*_FROZEN_S))
    process.thaw()
    scene.fault(f"thaw {victim}")


ROWS = {
    "kill-worker": _kill("interactive"),
    "kill-beat": _kill("beat"),
    "freeze-worker": Row(_freeze, plan=Plan((*USUAL, "interactive-2"))),
}

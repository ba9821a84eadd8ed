"""The web tier: killed with all its streams open."""

import time

from tests.chaos.faults_workers import kill_and_restart
from tests.chaos.rows import Row, Scene

_ALL_AT_ONCE_S = 2.0


def _slow(scene: Scene) -> None:
    scene.slowness = 2.5


def _kill_web(scene: Scene) -> None:
    """Kill one of two when all orders are in and most are still followed."""
    time.sleep(scene.load_s + scene.chance.uniform(0, 1))
    kill_and_restart(scene, scene.chance.choice(scene.house.stack.of_kind("web")))


ROWS = {"kill-web": Row(_kill_web, prepare=_slow, load_s=_ALL_AT_ONCE_S)}

"""Batches in flight while whoever plans, writes, serves or keeps them is killed."""

import time
from dataclasses import replace

from tests.chaos.faults_stores import kill_store
from tests.chaos.faults_workers import kill_and_restart
from tests.chaos.house import Plan
from tests.chaos.ledger import Called
from tests.chaos.rows import Row, Scene

_SECTIONS = 3
_LOAD_S = 8.0
_CALLS_BETWEEN = 5
_LOOK_EVERY_S = 0.02
_PROCESSES = ("web", "web-2", "bulk", "bulk-2", "isolate", "sweeper")


def _ask_for_batches(scene: Scene) -> None:
    scene.orders = [replace(order, sections=_SECTIONS) for order in scene.orders]


def _kill_each_in_turn(scene: Scene) -> None:
    """First whoever is planning, for a batch was accepted this moment; then amid the sections."""
    next(scene.accepted())
    kill_and_restart(scene, "bulk")
    for name in ("bulk-2", "web", "bulk"):
        _wait_for_sections(scene)
        kill_and_restart(scene, name)
    _wait_for_sections(scene)
    kill_store(scene)


def _wait_for_sections(scene: Scene) -> None:
    """Return once all workers are back, and the model is being asked about more sections."""
    scene.house.stack.wait_until_ready()
    before = len(scene.ledger.all(Called))
    while not scene.is_over and len(scene.ledger.all(Called)) < before + _CALLS_BETWEEN:
        time.sleep(_LOOK_EVERY_S)


def _count_cut_calls(scene: Scene) -> None:
    """Tell how often a section had to be asked about again."""
    calls = len(scene.ledger.all(Called))
    scene.tally.count("section calls", calls)
    scene.tally.count("cut and made again", calls - _SECTIONS * len(scene.orders))


ROWS = {
    "batches": Row(
        _kill_each_in_turn,
        prepare=_ask_for_batches,
        after=_count_cut_calls,
        plan=Plan(_PROCESSES),
        load_s=_LOAD_S,
    )
}

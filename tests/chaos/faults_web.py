"""The web tier: killed with its streams open, killed before it publishes, restarted in turn."""

import time
from itertools import cycle

from tests.chaos.faults_workers import kill_and_restart
from tests.chaos.house import Plan
from tests.chaos.ledger import Accepted, Broken
from tests.chaos.rows import Row, Scene

_ALL_AT_ONCE_S = 2.0
_ROLLING_S = 25.0
_WINDOWS = 3
_WINDOWS_S = 12.0
_PUBLISHING_S = 0.25  # shared.jobs.broker: so long a web process waits for its broker
_ENDS_WITHIN_S = 60.0


def _slow(scene: Scene) -> None:
    scene.slowness = 2.5


def _kill(scene: Scene) -> None:
    """Kill one of two when all orders are in and most are still followed."""
    time.sleep(scene.load_s + scene.chance.uniform(0, 1))
    kill_and_restart(scene, scene.chance.choice(scene.house.stack.of_kind("web")))


def _count_breaks(scene: Scene) -> None:
    jobs = {each.job for each in scene.ledger.all(Accepted)}
    broken = [each for each in scene.ledger.all(Broken) if each.about in jobs]
    scene.tally.count("streams broken", sum(each.why == "200" for each in broken))


def _kill_before_publish(scene: Scene) -> None:
    """Kill a web process while it waits for a broker that has stopped."""
    victims = cycle(scene.house.stack.of_kind("web"))
    for _ in range(_WINDOWS):
        time.sleep(scene.chance.uniform(0.5, 1.5))
        scene.house.broker.freeze()
        time.sleep(scene.chance.uniform(0.2, 0.9) * _PUBLISHING_S)
        kill_and_restart(scene, next(victims))
        scene.house.broker.thaw()
        scene.house.stack.wait_until_ready()


def _count_replays(scene: Scene) -> None:
    replayed = sum(each.replayed for each in scene.ledger.all(Accepted))
    scene.tally.count("accepted before the kill and told after it", replayed)


def _restart_in_turn(scene: Scene) -> None:
    stack = scene.house.stack
    for name in stack.of_kind("web"):
        _stop(scene, name)
        stack.start(name).wait_until_ready()
    stack.start("interactive-2").wait_until_ready()
    _stop(scene, "interactive")
    stack.start("interactive").wait_until_ready()
    _stop(scene, "interactive-2")
    del stack.processes["interactive-2"]


def _stop(scene: Scene, name: str) -> None:
    scene.fault(f"stop {name}")
    process = scene.house.stack.processes[name]
    process.stop()
    process.wait(_ENDS_WITHIN_S)


def _no_request_failed(scene: Scene) -> None:
    """What was refused, or cut without a byte, any balancer asks for elsewhere.

    A request that was taken has to be answered.
    """
    _count_breaks(scene)
    for each in scene.ledger.all(Broken):
        if each.why == "refused":
            scene.tally.count("refused by one, served by the other")
        elif each.why == "unanswered":
            scene.tally.count("cut by one before it was taken, served by the other")
        elif each.why != "200":
            scene.complain(f"{each.about}: {each.why}")


ROWS = {
    "kill-web": Row(_kill, prepare=_slow, after=_count_breaks, load_s=_ALL_AT_ONCE_S),
    "rolling-restart": Row(
        _restart_in_turn, prepare=_slow, after=_no_request_failed, load_s=_ROLLING_S
    ),
    "kill-web-before-publish": Row(
        _kill_before_publish,
        after=_count_replays,
        plan=Plan(broker_apart=True),
        load_s=_WINDOWS_S,
    ),
}

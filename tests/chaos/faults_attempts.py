"""Attempts that cost a process: texts that kill their worker, and a death of the third attempt."""

import asyncio
import time
from collections import Counter
from contextlib import suppress

import psutil
from redis import Redis

from shared.data.redis.keys import PartitionKeys
from tests.chaos.faults_workers import kill_and_restart, restart
from tests.chaos.house import House
from tests.chaos.ledger import Accepted, Ordered, Seen
from tests.chaos.rows import FAILED, Row, Scene
from tests.model_server_scripts import Call, Script, hang, known_words, nothing
from tests.stack import until

POISONED = "POISONED"
_ATTEMPTS = 3
_ONE_POISON_IN = 60
_SUSPECTS = 3
_KINDS = ("interactive", "isolate")


def _process_behind(call: Call, house: House) -> psutil.Process | None:
    """Return the process that holds the other end of the call's connection."""
    for name in [name for kind in _KINDS for name in house.stack.of_kind(kind)]:
        process = house.stack.processes[name]
        # A pool's child before its parent.
        for each in process.tree:
            with suppress(psutil.NoSuchProcess):  # others die meanwhile
                if any(line.laddr.port == call.peer_port for line in each.net_connections("tcp")):
                    return each
    return None


def _poison(scene: Scene) -> None:
    deaths: Counter[str] = Counter()

    def kill(call: Call) -> Script:
        victim = _process_behind(call, scene.house)
        if victim is not None:
            deaths[call.text] += 1
            scene.tally.peak("deaths for one poison", deaths[call.text])
            scene.fault(f"poison for {victim.pid}")
            victim.kill()
        return nothing()

    numbers = range(len(scene.orders) // 4, len(scene.orders), _ONE_POISON_IN)
    scene.expect(numbers, POISONED, kill)
    scene.tally.count("poisons", len(numbers))


def _keep_alive(scene: Scene) -> None:
    """Start again what dies, until the load is over."""
    processes = scene.house.stack.processes
    while not scene.is_over:
        for name in [name for name, process in processes.items() if process.has_ended]:
            restart(scene, name)
        time.sleep(0.1)


def _look_at_shelf(scene: Scene) -> None:
    """Each poison lies on the shelf, cost three processes at most, and harmed no other job."""
    failed = {each.key for each in scene.ledger.all(Ordered) if each.status == FAILED}
    with Redis.from_url(scene.house.jobs.uri, decode_responses=True) as client:
        shelf = set(client.zrange(PartitionKeys(0).shelf, 0, -1))
    for accepted in scene.ledger.all(Accepted):
        if (accepted.job in shelf) != (accepted.key in failed):
            scene.complain(f"{accepted.job} ({accepted.key}): wrongly on or off the shelf")
    if scene.tally.peaks.get("deaths for one poison", 0) > _ATTEMPTS:
        scene.complain("a poison cost more than three processes")
    good = {each.job for each in scene.ledger.all(Accepted) if each.key not in failed}
    for event in scene.ledger.all(Seen):
        if event.name == "job.started" and event.job in good:
            scene.tally.peak("highest attempt of good jobs", event.told)


def _suspect(scene: Scene) -> None:
    """Let the first few be with the model until two workers have died under them, and a child."""
    calls: Counter[str] = Counter()

    def answer(call: Call) -> Script:
        calls[call.text] += 1
        if calls[call.text] < _ATTEMPTS:
            return hang()
        return known_words(call, before_first_s=1.5, between_s=0.05, hold=scene.hold)

    scene.odd = {order.key: answer for order in scene.orders[:_SUSPECTS]}


def _kill_pool_child(scene: Scene) -> None:
    """Kill two workers under the suspects, then the child that does the third attempt of one."""
    suspects = scene.orders[:_SUSPECTS]

    def calls() -> list[int]:
        return [len(scene.calls_about(order)) for order in suspects]

    for number in range(1, _ATTEMPTS):
        until(lambda number=number: min(calls()) >= number, calls)
        kill_and_restart(scene, "interactive")
    until(lambda: max(calls()) >= _ATTEMPTS, calls)
    victim = next(order for order in suspects if len(scene.calls_about(order)) >= _ATTEMPTS)
    time.sleep(scene.chance.uniform(0.1, 1.0))
    child = _process_behind(scene.calls_about(victim)[-1], scene.house)
    assert child is not None, "the third attempt is over"
    scene.fault(f"kill the pool's child {child.pid}")
    scene.ledger.add(Ordered(victim.key, FAILED, POISONED))
    child.kill()
    scene.hold.set()


def _retry_failed(scene: Scene) -> None:
    """What used up its attempts lies on the shelf, and is done when it is asked for once more."""
    _look_at_shelf(scene)
    failed = {each.key for each in scene.ledger.all(Ordered) if each.status == FAILED}
    for accepted in scene.ledger.all(Accepted):
        if accepted.key in failed:
            asyncio.run(scene.callers.retry(accepted.job))
            scene.tally.count("third attempts killed, and done when retried")


ROWS = {
    "kill-pool-child": Row(_kill_pool_child, prepare=_suspect, after=_retry_failed),
    "poison": Row(_keep_alive, prepare=_poison, after=_look_at_shelf),
}

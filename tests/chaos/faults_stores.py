"""The job store: killed, and stopped for a while."""

import asyncio
import time

from tests.chaos.house import moments
from tests.chaos.ledger import Accepted
from tests.chaos.rows import Row, Scene
from tests.chaos.wire import Request, ask

_AWAY_S = (0.5, 2.0)
_FROZEN_S = 20.0
_PROBE_EVERY_S = 0.5


def _kill(scene: Scene) -> None:
    scene.wait_for_a_moment()
    kill_store(scene)


def kill_store(scene: Scene) -> None:
    """Kill it, and start it again after a while."""
    scene.fault("kill the job store")
    scene.house.jobs.kill()
    time.sleep(scene.chance.uniform(*_AWAY_S))
    scene.house.jobs.start()


def _pause(scene: Scene) -> None:
    next(scene.accepted())  # what is asked for meanwhile
    scene.wait_for_a_moment()
    known = scene.ledger.all(Accepted)
    scene.fault("freeze the job store")
    scene.house.jobs.freeze()
    try:
        for _ in moments(_FROZEN_S, _PROBE_EVERY_S):
            for port in scene.house.ports:
                asyncio.run(_probe(scene, port, scene.chance.choice(known)))
    finally:
        scene.house.jobs.thaw()


async def _probe(scene: Scene, port: int, accepted: Accepted) -> None:
    """Ask for what needs the store: an answer has to come soon, and say when to come back."""
    session = scene.callers.session_of[accepted.job]
    body = next(order.body for order in scene.orders if order.key == accepted.key)
    again = {"Idempotency-Key": accepted.key}
    for request in (
        Request("GET", f"/api/v1/jobs/{accepted.job}", session),
        Request("POST", "/api/v1/suggestions", session, again, body),
    ):
        began = time.monotonic()
        answer = await ask(port, request)
        scene.tally.peak("slowest answer meanwhile, s", time.monotonic() - began)
        if answer.status != 503 or "retry-after" not in answer.headers:
            scene.complain(f"{request.method} was answered {answer.status} without a store")


ROWS = {"kill-redis": Row(_kill), "pause-redis": Row(_pause)}

"""The job store: killed, and stopped for a while."""

import time

from tests.chaos.rows import Row, Scene

_AWAY_S = (0.5, 2.0)


def _kill_redis(scene: Scene) -> None:
    scene.wait_for_a_moment()
    scene.fault("kill the job store")
    scene.house.jobs.kill()
    time.sleep(scene.chance.uniform(*_AWAY_S))
    scene.house.jobs.start()


ROWS = {"kill-redis": Row(_kill_redis)}

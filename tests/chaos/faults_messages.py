"""Messages that are lost, and messages that come too often."""

from shared.jobs.names import QueueName
from shared.jobs.queue import JobQueue
from tests.chaos.house import moments
from tests.chaos.rows import Row, Scene
from tests.patient_sender import patient_sender

_EVERY_S = 0.15
_TIMES_MORE = 3


def _lose(scene: Scene) -> None:
    """Empty all queues again and again while orders come in."""
    for _ in moments(scene.load_s + 1, _EVERY_S):
        scene.fault("empty the queues")
        lost = scene.house.broker.purge(list(QueueName))
        scene.tally.count("messages lost", lost or 0)


def _double(scene: Scene) -> None:
    app = patient_sender(scene.house.stack.settings)
    queue = JobQueue(app)
    for accepted in scene.accepted():
        for _ in range(_TIMES_MORE):
            queue.publish(accepted.job, QueueName.INTERACTIVE)
        scene.tally.count("messages more", _TIMES_MORE)
    app.close()


ROWS = {"lose-message": Row(_lose), "double-message": Row(_double)}

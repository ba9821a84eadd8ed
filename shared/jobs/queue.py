"""Sends wake-up calls: a job's id and nothing else, for brokers and Flower show messages."""

from typing import Any

import structlog
from amqp.exceptions import ChannelError
from celery import Celery
from kombu.exceptions import OperationalError

from shared.jobs.names import QueueName, TaskName

log = structlog.get_logger(__name__)


class QueueUnavailableError(Exception):
    """The broker does not answer."""


class JobQueue:
    """Messages may be lost, doubled or late: the job's record decides what is to be done."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def wake(self, work_id: str, queue: QueueName) -> None:
        """Send the id if the broker is there; if not, the sweeper will."""
        try:
            self.publish(work_id, queue)
        except QueueUnavailableError:
            log.warning("publish_put_off", job_id=work_id)

    def publish(self, work_id: str, queue: QueueName) -> None:
        """Send the id.

        :raises QueueUnavailableError: nobody may have got it
        """
        try:
            self._app.send_task(
                TaskName.SUGGEST.value,
                args=(work_id,),
                task_id=work_id,  # so that Flower and Celery's logs name the job
                queue=queue.value,
                retry=False,
            )
        except (OperationalError, OSError) as error:
            raise QueueUnavailableError from error

    def depth(self, queue: QueueName) -> int:
        """Return how many messages wait in the queue.

        :raises QueueUnavailableError: the broker does not answer
        """
        try:
            with self._app.connection_for_read() as connection:
                channel: Any = connection.default_channel
                declared = channel.queue_declare(queue=queue.value, passive=True)
        except ChannelError:
            return 0  # a queue without messages is no queue at all to kombu's Redis transport
        except (OperationalError, OSError) as error:
            raise QueueUnavailableError from error
        return int(declared.message_count)

    def ping(self) -> None:
        """Find out whether the broker answers.

        :raises QueueUnavailableError: it does not
        """
        self.depth(QueueName.RESCUE)

"""Sends wake-up calls: a job's id and nothing else, for brokers and Flower show messages."""

from typing import Any

import structlog
from amqp.exceptions import AMQPError, MessageNacked, NotFound
from celery import Celery
from kombu.exceptions import LimitExceeded, OperationalError

from shared.jobs.names import QueueName, TaskName
from shared.traces.spans import Kind
from shared.traces.tracing import tracing

_PERSISTENT = 2  # AMQP's delivery mode for messages that outlive the broker
_LINE_WITHIN_S = 1.0  # how long to wait for a connection while all are in use
_NOTHING_FOLLOWS = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}

log = structlog.get_logger(__name__)


class QueueUnavailableError(Exception):
    """The broker does not answer."""


class JobQueue:
    """Messages may be lost, doubled or late: the job's record decides what is to be done.

    They are written in Celery's task message protocol, version 2, which is a third of the work of
    `send_task`: that finds out anew for each message what is the same for all of ours.
    """

    def __init__(self, app: Celery) -> None:
        self._app = app
        # RabbitMQ drops what is for a queue that nobody has declared, unless told to complain.
        self._declares = app.connection_for_write().transport.driver_type == "amqp"

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
        told = {"copydesk.job.id": work_id, "messaging.destination.name": queue.value}
        with tracing.span(f"publish {queue.value}", Kind.PRODUCER, told):
            try:
                self._publish(work_id, queue)
            except self._failures as error:
                raise QueueUnavailableError from error

    def _publish(self, work_id: str, queue: QueueName) -> None:
        body: Any = ((work_id,), {}, _NOTHING_FOLLOWS)
        with self._app.producer_pool.acquire(block=True, timeout=_LINE_WITHIN_S) as producer:
            producer.publish(
                body,
                exchange="",
                routing_key=queue.value,
                headers=_headers(TaskName.WORK, work_id),
                correlation_id=work_id,
                serializer="json",
                delivery_mode=_PERSISTENT,
                declare=[self._app.amqp.queues[queue.value]] if self._declares else (),
                mandatory=self._declares,
                retry=False,
            )

    def depth(self, queue: QueueName) -> int:
        """Return how many messages wait in the queue.

        :raises QueueUnavailableError: the broker does not answer
        """
        try:
            with self._app.pool.acquire(block=True, timeout=_LINE_WITHIN_S) as connection:
                line: Any = connection
                declared = line.default_channel.queue_declare(queue=queue.value, passive=True)
        except NotFound:
            return 0  # nobody has declared it yet
        except self._failures as error:
            raise QueueUnavailableError from error
        return int(declared.message_count)

    def ping(self) -> None:
        """Find out whether the broker answers.

        :raises QueueUnavailableError: it does not
        """
        self.depth(QueueName.RESCUE)

    @property
    def _failures(self) -> tuple[type[BaseException], ...]:
        """What a broker raises that is away, or full: kombu lets through the transport's own."""
        connection = self._app.connection_for_write()
        theirs = (*connection.connection_errors, *connection.channel_errors)
        return OperationalError, LimitExceeded, OSError, AMQPError, MessageNacked, *theirs


def _headers(task: TaskName, work_id: str) -> dict[str, Any]:
    """Return what a Celery worker reads; the task has the job's id, so that Flower shows it."""
    return {
        "lang": "py",
        "task": task.value,
        "id": work_id,
        "root_id": work_id,
        "parent_id": None,
        "group": None,
        "argsrepr": repr((work_id,)),
        "kwargsrepr": "{}",
        "retries": 0,
        "timelimit": (None, None),
        "eta": None,
        "expires": None,
        "shadow": None,
        "ignore_result": True,
    }

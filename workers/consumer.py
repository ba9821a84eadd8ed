"""Celery's consumer, without the step that only messages with an ETA need."""

from typing import Any, ClassVar

from celery.worker import consumer

_Blueprint: Any = consumer.Consumer.Blueprint
_DELAYS = "celery.worker.consumer.delayed_delivery:DelayedDelivery"


class Consumer(consumer.Consumer):
    """Takes messages that are due now: what has to wait waits in Redis.

    For quorum queues Celery 5.7 would declare 28 exchanges and 28 more queues, on each connect.
    """

    class Blueprint(_Blueprint):  # type: ignore[misc]
        """The steps from a connection to the messages on it."""

        default_steps: ClassVar[list[str]] = [s for s in _Blueprint.default_steps if s != _DELAYS]

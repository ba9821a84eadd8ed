"""Celery's consumer, without the step that only messages with an ETA need, and with a pulse."""

from collections.abc import Callable
from typing import Any, ClassVar

from celery.worker import consumer

from workers.services.presence import Pulse

_Blueprint: Any = consumer.Consumer.Blueprint
_DELAYS = "celery.worker.consumer.delayed_delivery:DelayedDelivery"


class Consumer(consumer.Consumer):
    """Takes messages that are due now: what has to wait waits in Redis.

    For quorum queues Celery 5.7 would declare 28 exchanges and 28 more queues, on each connect.
    """

    class Blueprint(_Blueprint):  # type: ignore[misc]
        """The steps from a connection to the messages on it."""

        default_steps: ClassVar[list[str]] = [s for s in _Blueprint.default_steps if s != _DELAYS]

    def __init__(self, *args: Any, **options: Any) -> None:
        self.pulse = Pulse()
        super().__init__(*args, **options)

    def ensure_connected(self, conn: Any) -> Any:
        """Return the connection once it is made; each second of waiting for it is a turn, too."""
        ensure = conn.ensure_connection

        def ensure_audibly(
            errback: Callable[..., Any], most: int | None, callback: Callable[[], None]
        ) -> Any:
            def turn() -> None:
                self.pulse.turn()
                callback()

            return ensure(errback, most, callback=turn)

        conn.ensure_connection = ensure_audibly
        self.pulse.turn()
        return super().ensure_connected(conn)

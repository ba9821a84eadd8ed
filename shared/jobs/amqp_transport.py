"""Kombu's RabbitMQ transport for processes that only send.

py-amqp 5.3 leaves it to the kernel to end a wait for an answer (SO_RCVTIMEO), and gevent's sockets
never ask the kernel to wait: a broker that froze would hold a web request for good.
"""

from typing import Any

import amqp
from amqp.exceptions import AMQPError
from kombu.transport import pyamqp


class SendingConnection(pyamqp.Connection):
    """A connection that is given up when the broker is silent for `read_timeout` seconds.

    The broker confirms each message: before that, it may have lost it. What workers send may be
    lost, and one that waited for that would miss heartbeats: they use kombu's own transport.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(confirm_publish=True, **options)

    def blocking_read(self, timeout: float | None = None) -> Any:
        """Handle one frame.

        :raises TimeoutError: none came; if an answer was due, the connection is closed by now
        """
        if timeout is not None:
            return super().blocking_read(timeout)
        try:
            return super().blocking_read(self.read_timeout)
        except TimeoutError:
            # A late answer would be taken for the next one, and a goodbye would wait as long again.
            self.collect()
            raise


class Transport(pyamqp.Transport):
    """RabbitMQ, with connections that are looked at before they are used."""

    Connection = SendingConnection

    def verify_connection(self, connection: amqp.Connection) -> bool:
        """Tell whether it is open, and not cut while it lay in the pool."""
        if not connection.connected:
            return False
        try:
            connection.drain_events(timeout=0)
        except TimeoutError:
            return True
        except (AMQPError, OSError):
            connection.collect()
        return bool(connection.connected)

"""Celery's settings, the same for every process that sends or takes messages."""

from typing import Any

from celery import Celery
from kombu import Exchange, Queue

from shared.jobs.names import QueueName
from shared.settings import Settings

_SEND_TIMEOUT_S = 0.25  # best effort: the sweeper publishes what this could not
_CONFIRM_TIMEOUT_S = 0.5  # RabbitMQ answers when the message is on its disk
_TAKE_TIMEOUT_S = 5.0
_HEARTBEAT_S = 10  # a line that was cut without a word is found in twice that
_AMQP_CONNECTIONS = 20  # each is a few processes of RabbitMQ's, and 0.1 MB there
_KEY_PREFIX = "cd:broker:"
_EXCHANGE = Exchange("copydesk", type="direct")
_BEAT_LOOP_S = 4
_BEAT_LOCK_S = 20


def sender(settings: Settings) -> Celery:
    """Return an app that only sends: it gives up within a moment and never tries twice."""
    app = Celery("copydesk", broker=settings.broker, set_as_current=False)
    is_amqp = _is_amqp(settings)
    timeout_s = _CONFIRM_TIMEOUT_S if is_amqp else _SEND_TIMEOUT_S
    configure(app, settings, timeout_s=timeout_s)
    # Kombu would wait 2 s before it says that nobody is there.
    app.conf.broker_transport_options |= {"max_retries": 0, "interval_start": 0}
    app.conf.update(
        task_publish_retry=False,
        broker_connection_timeout=timeout_s,
        broker_pool_limit=_AMQP_CONNECTIONS if is_amqp else 100,
        broker_transport=f"shared.jobs.{'amqp' if is_amqp else 'redis'}_transport:Transport",
    )
    return app


def configure_worker(app: Celery, settings: Settings) -> None:
    """Set up an app whose processes take messages."""
    configure(app, settings, timeout_s=_TAKE_TIMEOUT_S)
    if not _is_amqp(settings):
        app.conf.broker_transport = "shared.jobs.redis_transport:TakingTransport"
    app.conf.update(
        worker_concurrency=settings.worker_slots,
        # Early ack: the record decides what is still to be done, so a message may be lost.
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        worker_send_task_events=True,  # what Flower shows
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_heartbeat=_HEARTBEAT_S,
        # A worker that comes back may find its own old queue for commands still locked.
        broker_channel_error_retry=True,
        worker_consumer="workers.consumer:Consumer",
        worker_cancel_long_running_tasks_on_connection_loss=False,
        beat_schedule={},
        beat_max_loop_interval=_BEAT_LOOP_S,
        redbeat_key_prefix="cd:redbeat:",
        redbeat_lock_timeout=_BEAT_LOCK_S,
    )


def configure(app: Celery, settings: Settings, *, timeout_s: float) -> None:
    """Set what senders and takers have in common."""
    app.conf.update(
        task_queues=[_queue(settings, name.value) for name in QueueName],
        task_default_queue=QueueName.INTERACTIVE.value,
        task_default_exchange=_EXCHANGE.name,
        task_default_routing_key=QueueName.INTERACTIVE.value,
        task_create_missing_queues=False,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        broker_transport_options=_transport_options(settings, timeout_s),
        broker_use_ssl=_tls_options(settings),
    )


def _queue(settings: Settings, name: str) -> Queue:
    # Quorum queues write each message down, on more than one node where there are several.
    arguments = {"x-queue-type": "quorum"} if _is_amqp(settings) else None
    return Queue(name, _EXCHANGE, routing_key=name, queue_arguments=arguments)


def _tls_options(settings: Settings) -> dict[str, Any] | bool:
    """Return what makes py-amqp compare the name in the certificate, which it would not."""
    uri = settings.broker_uri
    return {"server_hostname": uri.host} if uri is not None and uri.scheme == "amqps" else False


def _transport_options(settings: Settings, timeout_s: float) -> dict[str, Any]:
    if _is_amqp(settings):
        return {
            "connect_timeout": timeout_s,
            "read_timeout": timeout_s,
            "write_timeout": timeout_s,
        }
    return {
        "global_keyprefix": _KEY_PREFIX,
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
        "health_check_interval": 10,
        "max_connections": 300,  # the default of 10 loses acks when threads take many at once
        "visibility_timeout": 3600,
        "unacked_mutex_expire": 20,  # the default of 300 s outlives a killed worker by far
        "queue_order_strategy": "priority",
    }


def _is_amqp(settings: Settings) -> bool:
    return settings.broker.startswith("amqp")

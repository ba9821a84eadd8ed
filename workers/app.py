"""The Celery app of the workers."""

import os
import signal
import threading
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

from billiard.process import active_children
from celery import Celery
from celery.signals import (
    beat_init,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
    worker_shutting_down,
)

from shared.jobs.broker import configure_worker
from shared.metrics.pages import MetricsPage
from shared.settings import Settings
from shared.traces.tracing import tracing
from workers.tasks import archiving, bookkeeping, sweeps, tidying, work
from workers.wiring import WorkerServices, build_services

_LEAVE = signal.SIGUSR2  # what a worker says to the processes of its pool


class Worker(Celery):
    """A Celery app that knows the services its tasks call."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("copydesk", broker=settings.broker, set_as_current=False)
        self.settings = settings
        self.metrics: MetricsPage | None = None
        self.process = "beat"  # the one that has no node's name to be called by

    @cached_property
    def services(self) -> WorkerServices:
        """Built with the first task, and so after any fork."""
        tracing.start(self.settings, "copydesk-worker")
        return build_services(self.settings)


def create_worker(settings: Settings) -> Worker:
    """Return an app that has touched nothing outside itself."""
    worker = Worker(settings)
    configure_worker(worker, settings)
    work.register(worker)
    sweeps.register(worker)
    tidying.register(worker)
    bookkeeping.register(worker)
    archiving.register(worker, has_archive=settings.s3_bucket is not None)
    worker_init.connect(partial(_count, worker), weak=False)
    beat_init.connect(partial(_count, worker), weak=False)
    worker_shutting_down.connect(partial(_hand_on, worker), weak=False)
    worker_process_init.connect(partial(_hear, worker), weak=False)
    worker_process_shutdown.connect(_say_last_word, weak=False)
    return worker


def _count(worker: Worker, sender: Any, **_: Any) -> None:
    """Serve what is counted here. A node is called as before the @ of its name; beat has none."""
    name = str(getattr(sender, "hostname", "beat")).partition("@")[0]
    worker.metrics = MetricsPage.of_all(worker.settings, name)
    worker.metrics.serve()


def _hear(worker: Worker, **_: Any) -> None:
    """Celery tells a pool's processes nothing: it waits, and a supervisor loses its patience."""
    signal.signal(_LEAVE, lambda *_: _hand_on(worker))
    if worker.metrics:
        worker.metrics.join()


def _say_last_word(**_: Any) -> None:
    """A pool's process ends without what Python does at an end."""
    tracing.stop()


def _hand_on(worker: Worker, **_: Any) -> None:
    """In a thread of its own, for Celery is about to wait for the tasks that this lets end."""
    for pid in [child.pid for child in active_children() if child.pid]:
        with suppress(ProcessLookupError):
            os.kill(pid, _LEAVE)
    if "services" in worker.__dict__:
        drain = worker.services.leases.drain
        threading.Thread(target=drain, args=(worker.settings.worker_grace,), daemon=True).start()

"""The Celery app of the workers."""

import threading
from functools import cached_property, partial
from typing import Any

from celery import Celery
from celery.signals import worker_shutting_down

from shared.jobs.broker import configure_worker
from shared.settings import Settings
from workers.tasks import sweeps, work
from workers.wiring import WorkerServices, build_services


class Worker(Celery):
    """A Celery app that knows the services its tasks call."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("copydesk", broker=settings.broker, set_as_current=False)
        self.settings = settings

    @cached_property
    def services(self) -> WorkerServices:
        """Built with the first task, and so after any fork."""
        return build_services(self.settings)


def create_worker(settings: Settings) -> Worker:
    """Return an app that has touched nothing outside itself."""
    worker = Worker(settings)
    configure_worker(worker, settings)
    work.register(worker)
    sweeps.register(worker)
    worker_shutting_down.connect(partial(_hand_on, worker), weak=False)
    return worker


def _hand_on(worker: Worker, **_: Any) -> None:
    """In a thread of its own, for Celery is about to wait for the tasks that this lets end."""
    if "services" in worker.__dict__:
        drain = worker.services.leases.drain
        threading.Thread(target=drain, args=(worker.settings.worker_grace,), daemon=True).start()

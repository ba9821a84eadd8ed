"""The Celery app of the workers."""

from functools import cached_property

from celery import Celery

from shared.jobs.broker import configure_worker
from shared.settings import Settings
from workers.tasks import suggestions, sweeps
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
    suggestions.register(worker)
    sweeps.register(worker)
    return worker

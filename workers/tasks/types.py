"""What Celery gives a task to know itself by."""

from typing import Protocol

from workers.wiring import WorkerServices


class WorkerApp(Protocol):
    """The part of the app that tasks use."""

    @property
    def services(self) -> WorkerServices:
        """What tasks call."""


class TaskRequest(Protocol):
    """The message that began a task."""

    delivery_info: dict[str, str]


class WorkerTask(Protocol):
    """A bound task."""

    @property
    def app(self) -> WorkerApp:
        """The app that runs it."""

    @property
    def request(self) -> TaskRequest:
        """The message that began it."""

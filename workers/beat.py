"""Where beat keeps its schedule, and how it tells that it gets on."""

from dataclasses import replace
from typing import Any

from celery import Celery
from redbeat.schedulers import RedBeatConfig, RedBeatScheduler

from shared.data.redis.client import WORKER_TIMEOUT_S
from shared.jobs.workers import WorkerState
from workers.services.presence import Pulse

_ADDRESS, _OPTIONS = "redbeat_redis_url", "redbeat_redis_options"


class ScheduleStore(RedBeatConfig):  # type: ignore[misc]
    """RedBeat's settings, with the address of Redis beside Celery's own.

    Every worker tells its `conf` to whoever asks, over the broker, and Flower shows it: Celery
    hides passwords there, but not one within an address of another's setting.
    """

    def __init__(self, app: Celery, address: str) -> None:
        # A connection that is lost without a word ends beat, to be started again.
        waits = dict.fromkeys(("socket_timeout", "socket_connect_timeout"), WORKER_TIMEOUT_S)
        self._known: dict[str, Any] = {_ADDRESS: address, _OPTIONS: waits}
        super().__init__(app)

    def either_or(self, name: str, default: Any = None) -> Any:
        """Return a setting by its name."""
        return self._known.get(name) or super().either_or(name, default)

    def is_key_in_conf(self, name: str) -> bool:
        """Return whether it was set."""
        return name in self._known or bool(super().is_key_in_conf(name))


class BeatPulse(Pulse):
    """That of a loop which begins when no other beat holds the lock: until then it has none."""

    def __init__(self) -> None:
        super().__init__()
        self._has_begun = False

    def turn(self) -> None:
        """Say that the loop turns."""
        self._has_begun = True
        super().turn()

    def state(self, role: str) -> WorkerState:
        """Return what there is to say of this beat."""
        told = super().state(role)
        return told if self._has_begun else replace(told, still_ms=None)


class Scheduler(RedBeatScheduler):  # type: ignore[misc]
    """RedBeat's, which says that it turns."""

    def tick(self, *args: Any, **options: Any) -> float:
        """Send what is due, and return for how long nothing is."""
        self.app.beat_pulse.turn()
        return float(super().tick(*args, **options))

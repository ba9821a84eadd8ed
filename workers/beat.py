"""Where beat keeps its schedule."""

from typing import Any

from celery import Celery
from redbeat.schedulers import RedBeatConfig

_ADDRESS = "redbeat_redis_url"


class ScheduleStore(RedBeatConfig):  # type: ignore[misc]
    """RedBeat's settings, with the address of Redis beside Celery's own.

    Every worker tells its `conf` to whoever asks, over the broker, and Flower shows it: Celery
    hides passwords there, but not one within an address of another's setting.
    """

    def __init__(self, app: Celery, address: str) -> None:
        self._known = {_ADDRESS: address}
        super().__init__(app)

    def either_or(self, name: str, default: Any = None) -> Any:
        """Return a setting by its name."""
        return self._known.get(name) or super().either_or(name, default)

    def is_key_in_conf(self, name: str) -> bool:
        """Return whether it was set."""
        return name in self._known or bool(super().is_key_in_conf(name))

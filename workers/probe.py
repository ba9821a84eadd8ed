"""Asks whether a process of this machine gets on: `python -m workers.probe interactive`.

What a container's health check can ask. All of them have to have said lately that they live, and
that their main loop turns; workers have to hear a command as well, which goes through the broker as
jobs do. `celery inspect ping` would import the whole worker to say less, and take six times the
processor.
"""

import socket
import sys

from celery import Celery
from celery.exceptions import CeleryError
from kombu.exceptions import KombuError, OperationalError

from shared.data.redis.client import WORKER_TIMEOUT_S, connect
from shared.data.redis.worker_registry import WorkerRegistry
from shared.errors import SettingsError, StoreUnavailableError
from shared.jobs.broker import configure
from shared.jobs.workers import BEAT, SWEEPER
from shared.settings import Settings, load_settings

ANSWER_WITHIN_S = 5.0
_STILL_MS = 60_000


def main() -> int:
    """Return 0 if the process is well; else say what is wrong."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m workers.probe NAME\n")
        return 2
    name = sys.argv[1]
    try:
        fault = fault_of(name, load_settings())
    except SettingsError as error:
        fault = str(error)
    if fault:
        sys.stderr.write(f"{name}: {fault}\n")
    return 1 if fault else 0


def fault_of(name: str, settings: Settings) -> str | None:
    """Return why the process of this name, on this machine, does not get on, if it does not."""
    if not lives(name, settings):
        return "no process of this name lives on this machine, or its main loop stands still"
    if name not in (SWEEPER, BEAT) and not hears(name, settings):
        return "it does not answer through the broker"
    return None


def lives(name: str, settings: Settings) -> bool:
    """Tell whether it said lately that its loop turns; not known, and so granted, without Redis."""
    redis = connect(str(settings.redis_uri), timeout_s=WORKER_TIMEOUT_S)
    try:
        living = WorkerRegistry(redis).living()
    except StoreUnavailableError:
        return True
    here = [one for one in living if (one.role, one.host) == (name, socket.gethostname())]
    return any((one.still_ms or 0) < _STILL_MS for one in here)


def hears(name: str, settings: Settings) -> bool:
    """Tell whether the node of this name, on this machine, answers."""
    node = f"{name}@{socket.gethostname()}"
    app = Celery("probe", broker=settings.broker, set_as_current=False)
    configure(app, settings, timeout_s=ANSWER_WITHIN_S)
    try:
        return bool(app.control.ping(destination=[node], timeout=ANSWER_WITHIN_S))
    except (OSError, CeleryError, KombuError, OperationalError):
        return False
    finally:
        app.close()


if __name__ == "__main__":
    sys.exit(main())

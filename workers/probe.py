"""Asks whether a process of this machine gets on: `python -m workers.probe interactive`.

What a container's health check can ask. Workers and beat have to hear a command, which goes through
the broker as jobs do; and all of them, the sweeper too, have to have said lately that their main
loop turns. `celery inspect ping` would import the whole worker to say less, and take six times the
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
from shared.jobs.workers import SWEEPER
from shared.settings import Settings, load_settings

ANSWER_WITHIN_S = 5.0
_STILL_MS = 60_000


def main() -> int:
    """Return 0 if the process is well."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m workers.probe NAME\n")
        return 2
    try:
        return 0 if is_well(sys.argv[1], load_settings()) else 1
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def is_well(name: str, settings: Settings) -> bool:
    """Tell whether the process of this name, on this machine, gets on."""
    return gets_on(name, settings) and (name == SWEEPER or hears(name, settings))


def gets_on(name: str, settings: Settings) -> bool:
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

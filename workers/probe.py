"""Asks a node of this machine whether it hears commands: `python -m workers.probe interactive`.

What a container's health check can ask. It goes through the broker, as jobs do. `celery inspect
ping` would import the whole worker to say the same, and take six times the processor.
"""

import socket
import sys

from celery import Celery
from celery.exceptions import CeleryError
from kombu.exceptions import KombuError, OperationalError

from shared.errors import SettingsError
from shared.jobs.broker import configure
from shared.settings import Settings, load_settings

ANSWER_WITHIN_S = 5.0


def main() -> int:
    """Return 0 if the node answers."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m workers.probe NAME\n")
        return 2
    try:
        return 0 if hears(sys.argv[1], load_settings()) else 1
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1


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

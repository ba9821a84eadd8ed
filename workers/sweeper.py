"""The sweeper's own process: `python -m workers.sweeper`."""

import atexit
import signal
import sys
import threading
import time
from functools import partial

import structlog

from shared.errors import SettingsError
from shared.jobs.workers import SWEEPER
from shared.logs import configure_logs
from shared.metrics.pages import MetricsPage
from shared.settings import Settings, load_settings
from workers.services.presence import Presence, Pulse
from workers.upkeep import (
    build_housekeeper,
    build_registry,
    build_signs_of_life,
    build_sweeper,
)

EVERY_S = 0.5
TIDY_EVERY_S = 5.0

log = structlog.get_logger(__name__)


def main() -> None:
    """Sweep until told to stop."""
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(str(error))
    configure_logs(settings, process="sweeper")
    build_signs_of_life(settings, SWEEPER).start()
    # Apart: a MongoDB that is away must not hold up the jobs.
    threading.Thread(target=_keep_tidy, args=(settings,), name="tidy", daemon=True).start()
    MetricsPage(settings, "sweeper").serve()
    sweeper, pulse = build_sweeper(settings), _announce(settings)
    while True:
        sweeper.sweep()
        pulse.turn()
        time.sleep(EVERY_S)


def _announce(settings: Settings) -> Pulse:
    """Say that this process lives until it is told to end; a round may be cut short anywhere."""
    pulse = Pulse()
    presence = Presence(build_registry(settings), partial(pulse.state, SWEEPER))
    presence.start()
    atexit.register(presence.leave)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    return pulse


def _keep_tidy(settings: Settings) -> None:
    housekeeper = build_housekeeper(settings)
    while True:
        try:
            housekeeper.tidy()
        except Exception:
            log.exception("tidying_broke")
        time.sleep(TIDY_EVERY_S)


if __name__ == "__main__":
    main()

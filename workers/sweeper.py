"""The sweeper's own process: `python -m workers.sweeper`."""

import sys
import threading
import time

import structlog

from shared.errors import SettingsError
from shared.logs import configure_logs
from shared.metrics.pages import MetricsPage
from shared.settings import Settings, load_settings
from workers.upkeep import build_housekeeper, build_sweeper

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
    # Apart: a MongoDB that is away must not hold up the jobs.
    threading.Thread(target=_keep_tidy, args=(settings,), name="tidy", daemon=True).start()
    MetricsPage(settings, "sweeper").serve()
    sweeper = build_sweeper(settings)
    while True:
        sweeper.sweep()
        time.sleep(EVERY_S)


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

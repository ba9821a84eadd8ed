"""The sweeper's own process: `python -m workers.sweeper`."""

import sys
import time

from shared.errors import SettingsError
from shared.logs import configure_logs
from shared.settings import load_settings
from workers.upkeep import build_sweeper

EVERY_S = 0.5


def main() -> None:
    """Sweep until told to stop."""
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(str(error))
    configure_logs(settings, process="sweeper")
    sweeper = build_sweeper(settings)
    while True:
        sweeper.sweep()
        time.sleep(EVERY_S)


if __name__ == "__main__":
    main()

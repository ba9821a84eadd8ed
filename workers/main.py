"""What `celery --app workers.main:worker` runs: workers, beat and Flower."""

import sys
from typing import Any

from celery.signals import celeryd_init, setup_logging

from shared.errors import SettingsError
from shared.logs import configure_logs
from shared.settings import load_settings
from workers.app import create_worker

try:
    settings = load_settings()
except SettingsError as error:
    sys.exit(str(error))

worker = create_worker(settings)


@celeryd_init.connect(weak=False)
def _name_process(sender: str, **_: Any) -> None:
    """A node is called as before the @ of its name. Soon after this Celery may have to warn."""
    worker.process = sender.partition("@")[0]
    configure_logs(settings, process=worker.process)


@setup_logging.connect(weak=False)
def _configure_logs(**_: Any) -> None:
    configure_logs(settings, process=worker.process)

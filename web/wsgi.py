"""What gunicorn serves: `web.wsgi:app`."""

import sys
import threading
import time
from collections.abc import Callable

import structlog

from shared.domain.prompt_templates import system_templates
from shared.errors import SettingsError, StoreUnavailableError
from shared.logs import configure_logs
from shared.settings import load_settings
from web.app import create_app
from web.http.offload import offload
from web.wiring import WebServices, build_services

_AGAIN_S = 2.0

log = structlog.get_logger(__name__)


def _prepare(services: WebServices) -> None:
    """Listen to Redis; bring MongoDB up to date once it answers."""
    services.jobs.feed.start()
    steps: list[Callable[[], bool | None]] = [
        services.indexes.make,
        services.migrations.run,
        lambda: services.template_store.prepare(system_templates()),
    ]
    while steps := [step for step in steps if not _is_done(step)]:
        time.sleep(_AGAIN_S)


def _is_done(step: Callable[[], bool | None]) -> bool:
    """One step that MongoDB refuses does not keep the others from being taken."""
    try:
        return step() is not False
    except StoreUnavailableError:
        log.warning("mongo_not_ready")
    except Exception:
        log.exception("mongo_refused")
    return False


try:
    settings = load_settings()
except SettingsError as error:
    sys.exit(str(error))

configure_logs(settings, process="web")
_services = build_services(settings, offload)
app = create_app(settings, _services)
threading.Thread(target=_prepare, args=(_services,), name="prepare", daemon=True).start()

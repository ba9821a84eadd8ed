"""What gunicorn serves: `web.wsgi:app`."""

import sys
import threading
import time

import structlog

from shared.domain.prompt_templates import system_templates
from shared.errors import SettingsError, StoreUnavailableError
from shared.logs import configure_logs
from shared.settings import load_settings
from web.app import create_app
from web.wiring import WebServices, build_services

_AGAIN_S = 2.0

log = structlog.get_logger(__name__)


def _prepare(services: WebServices) -> None:
    """Listen to Redis; give MongoDB its indexes and the system's templates once it answers."""
    services.jobs.feed.start()
    while True:
        try:
            services.template_store.prepare(system_templates())
            services.conversations.store.prepare()
            services.accounts.users.prepare()
            services.logins.logins.prepare()
        except StoreUnavailableError:
            log.warning("mongo_not_ready")
            time.sleep(_AGAIN_S)
        except Exception:
            log.exception("mongo_refused")
            time.sleep(_AGAIN_S * 5)
        else:
            return


try:
    settings = load_settings()
except SettingsError as error:
    sys.exit(str(error))

configure_logs(settings, process="web")
_services = build_services(settings)
app = create_app(settings, _services)
threading.Thread(target=_prepare, args=(_services,), name="prepare", daemon=True).start()

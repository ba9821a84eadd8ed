"""What gunicorn serves: `web.wsgi:app`."""

import sys
import threading

from shared.errors import SettingsError
from shared.logs import configure_logs
from shared.settings import load_settings
from shared.traces.tracing import tracing
from web.app import create_app
from web.http.offload import offload
from web.wiring import WebServices, build_services


def _prepare(services: WebServices) -> None:
    """Listen to Redis; bring MongoDB up to date once it answers."""
    services.jobs.feed.start()
    services.preparation.run()


try:
    settings = load_settings()
except SettingsError as error:
    sys.exit(str(error))

configure_logs(settings, process="web")
tracing.start(settings, "copydesk-web")
_services = build_services(settings, offload)
app = create_app(settings, _services)
threading.Thread(target=_prepare, args=(_services,), name="prepare", daemon=True).start()

"""Gunicorn's settings: `gunicorn --config python:web.server web.wsgi:app`."""

import sys

from shared.errors import SettingsError
from shared.settings import load_settings

try:
    _settings = load_settings()
except SettingsError as error:
    sys.exit(str(error))

bind = f"{_settings.host}:{_settings.port}"
workers = _settings.web_concurrency
worker_class = "web.gateway.GatewayWorker"
worker_connections = 10_000
keepalive = 75  # seconds; shorter than a proxy's own, and it would meet closed connections
timeout = 30
graceful_timeout = 10
loglevel = "warning"
forwarder_headers = ""  # a header named SCRIPT_NAME or PATH_INFO would choose another route
control_socket_disable = True  # it would stand in the user's home, one for all installations

"""Gunicorn's settings: `gunicorn --config python:web.server web.wsgi:app`."""

import sys
from typing import Any

from shared.domain.tokens import count_tokens
from shared.errors import SettingsError
from shared.logs import configure_logs
from shared.metrics.folder import MetricsFolder
from shared.metrics.pages import own_folder, remove_folder
from shared.settings import load_settings

try:
    _settings = load_settings()
except SettingsError as error:
    sys.exit(str(error))

configure_logs(_settings, process="web")

bind = f"{_settings.host}:{_settings.port}"
workers = _settings.web_concurrency
worker_class = "web.gateway.GatewayWorker"
worker_connections = 10_000
keepalive = 75  # seconds; shorter than a proxy's own, and it would meet closed connections
sendfile = False  # it would pass by what cuts off slow readers
timeout = 30
graceful_timeout = 10
loglevel = "warning"
logger_class = "web.gateway.GatewayLog"
forwarder_headers = ""  # a header named SCRIPT_NAME or PATH_INFO would choose another route
control_socket_disable = True  # it would stand in the user's home, one for all installations

# One process answers for all, and one that is gone has counted nevertheless.
_is_ours = _settings.metrics_dir is None and _settings.web_concurrency > 1
_metrics_dir = own_folder() if _is_ours else _settings.metrics_dir
raw_env = [f"METRICS_DIR={_metrics_dir}"] if _metrics_dir else []


def on_starting(_server: Any) -> None:
    """Load what counts tokens, once for all processes to come, where jobs are priced.

    It takes most of a second of the processor, and would hold up all streams of a process that did
    it with the first job.
    """
    if _settings.limits_owners and not _settings.keyless:
        for model in _settings.asked_models:
            count_tokens("", model)


def child_exit(_server: Any, worker: Any) -> None:
    """Count no more what a web process held that has ended."""
    if _metrics_dir:
        MetricsFolder(_metrics_dir).forget(worker.pid)


def on_exit(_server: Any) -> None:
    """Leave no folder behind."""
    if _is_ours and _metrics_dir:
        remove_folder(_metrics_dir)

"""Flower's options, from the same settings as everything else (`flower --conf=` runs this file)."""

import os

import structlog
from flower.app import Flower
from flower.views import BaseHandler
from kombu.utils.url import maybe_sanitize_url
from tornado.web import HTTPError

from shared.jobs.names import QueueName
from shared.logs import configure_logs
from shared.settings import load_settings

_settings = load_settings()
configure_logs(_settings, process="flower")
log = structlog.get_logger("flower")

# Tornado would set up lines of its own.
logging = "none"

# Our workers' transport has a name of its own, by which Flower does not know a broker's kind: its
# page "Broker" would be 404.
Flower.broker_uri_with_password = property(lambda _: _settings.broker)
Flower.broker_uri = property(lambda _: maybe_sanitize_url(_settings.broker))
# It would list the queues of the workers that it knows: a lane that has lost all is missing.
BaseHandler.get_active_queue_names = lambda _: [queue.value for queue in QueueName]
# Tornado would log addresses with their queries; of a fault, Flower's answer tells whoever asked.
BaseHandler.log_exception = lambda _, kind, error, frames: (
    None
    if issubclass(kind, HTTPError)
    else log.error("request_broke", exc_info=(kind, error, frames))
)

address = _settings.host
port = _settings.flower_port
# Outside development the settings insist on a password.
basic_auth = [_settings.flower_basic_auth.get_secret_value()] if _settings.flower_basic_auth else []
# It could end workers, take their queues away and send tasks. Lanes are paused on /ops.
read_only = not _settings.flower_control

# Tasks are shown by name and id, and outlive a restart; where nothing can be written they do not.
_folder = _settings.data_dir / "flower"
try:
    _folder.mkdir(parents=True, exist_ok=True, mode=0o700)
except OSError:
    persistent = False
else:
    persistent = os.access(_folder, os.W_OK)
db = str(_folder / "state")
state_save_interval = 15_000  # ms; it is saved at the end as well
max_tasks = 10_000
purge_offline_workers = 3600
auto_refresh = True
enable_events = False  # our workers always send them; else Flower asks all of them each 5 s

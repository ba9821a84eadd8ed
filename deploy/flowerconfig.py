"""Flower's options, from the same settings as everything else (`flower --conf=` runs this file)."""

from shared.logs import configure_logs
from shared.settings import load_settings

_settings = load_settings()
configure_logs(_settings, process="flower")

# Tornado would set up lines of its own.
logging = "none"

address = _settings.host
port = _settings.flower_port
# Tasks carry ids alone, so there is nothing worth keeping over a restart.
persistent = False
# Outside development the settings insist on a password.
basic_auth = [_settings.flower_basic_auth.get_secret_value()] if _settings.flower_basic_auth else []

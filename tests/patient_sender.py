"""Sends as a web process does, and waits for a broker that is there, however busy the machine is.

In service a sender gives up within a moment, for the sweeper sends again; few tests have one.
"""

from unittest.mock import patch

from celery import Celery

from shared.jobs import broker
from shared.settings import Settings

_WAITS_S = dict.fromkeys(("_SEND_TIMEOUT_S", "_CONFIRM_TIMEOUT_S"), 60.0)


def patient_sender(settings: Settings) -> Celery:
    """Return the app; whoever made it closes it."""
    with patch.multiple(broker, **_WAITS_S):
        return broker.sender(settings)

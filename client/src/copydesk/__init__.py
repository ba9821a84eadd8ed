"""The Python client of Copydesk: a text goes in, tracked edits come back."""

from copydesk.aio.desk import AsyncDesk
from copydesk.aio.jobs import AsyncBatch, AsyncJob
from copydesk.applying import apply_suggestions
from copydesk.desk import Desk
from copydesk.errors.api import ApiError
from copydesk.errors.own import (
    ConnectionFailedError,
    ConnectionLostError,
    CopydeskError,
    JobFailedError,
    JobTimeoutError,
    PlacementError,
    ProtocolError,
)
from copydesk.jobs import Batch, Job
from copydesk.models.accounts import Credentials
from copydesk.models.jobs import Event
from copydesk.protocol.retries import RetryPolicy
from copydesk.terms import SentSection
from copydesk.version import VERSION

__version__ = VERSION

__all__ = [
    "VERSION",
    "ApiError",
    "AsyncBatch",
    "AsyncDesk",
    "AsyncJob",
    "Batch",
    "ConnectionFailedError",
    "ConnectionLostError",
    "CopydeskError",
    "Credentials",
    "Desk",
    "Event",
    "Job",
    "JobFailedError",
    "JobTimeoutError",
    "PlacementError",
    "ProtocolError",
    "RetryPolicy",
    "SentSection",
    "__version__",
    "apply_suggestions",
]

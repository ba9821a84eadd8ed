"""The connection to S3-compatible storage."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.errors import StoreUnavailableError
from shared.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONNECT_S = 1.0
_READ_S = 5.0
_RETRY_MS = 5000
_CONNECTIONS = 20
_GONE = ("NoSuchKey", "404")

log = structlog.get_logger(__name__)


class Bucket:
    """One bucket; its client is made with the first call, and serves all threads."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.s3_bucket or ""
        self._options = _options(settings)
        self._making = threading.Lock()

    @property
    def client(self) -> "S3Client":
        """The client: making one is not safe from many threads, using it is."""
        with self._making:
            return self._client

    @cached_property
    def _client(self) -> "S3Client":
        return boto3.session.Session().client("s3", **self._options)


class NoSuchObjectError(Exception):
    """There is nothing under this key."""


@contextmanager
def unavailable_when_away() -> Iterator[None]:
    """Translate what botocore raises.

    :raises StoreUnavailableError: the storage does not answer, or does not let us
    :raises NoSuchObjectError: it answers that there is no such object
    """
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _GONE:
            raise NoSuchObjectError from None
        log.warning("s3_refused", code=code)
        raise _away() from None
    except BotoCoreError as error:
        log.warning("s3_away", why=type(error).__name__)
        raise _away() from None


def _away() -> StoreUnavailableError:
    return StoreUnavailableError(
        "The archive of versions does not answer", retry_after_ms=_RETRY_MS
    )


def _options(settings: Settings) -> dict[str, Any]:
    secret = settings.s3_secret_access_key
    return {
        "endpoint_url": str(settings.s3_endpoint_url) if settings.s3_endpoint_url else None,
        "region_name": settings.s3_region,
        "aws_access_key_id": settings.s3_access_key_id,
        "aws_secret_access_key": secret.get_secret_value() if secret else None,
        "config": Config(
            connect_timeout=_CONNECT_S,
            read_timeout=_READ_S,
            # Whoever asks decides whether to come again.
            retries={"total_max_attempts": 1},
            max_pool_connections=_CONNECTIONS,
            # Other servers than Amazon's know neither buckets as hosts nor its newer checksums.
            s3={"addressing_style": "path" if settings.s3_endpoint_url else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    }

"""An S3 server of the tests' own: moto's, as a process."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Self

import boto3
import httpx
from botocore.config import Config

from devserver.ports import free_port
from tests.stack import TLS, until
from tests.stack_process import StackProcess

BUCKET = "old-versions"
_ALL = "1000000"  # requests that need no right


class S3Server:
    """A server with one bucket, which a test may freeze and kill; a new one is empty."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._log = folder / "s3.log"
        self.process: StackProcess

    def __enter__(self) -> Self:
        self.start()
        self.client.create_bucket(Bucket=BUCKET)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()

    @property
    def settings(self) -> dict[str, str]:
        """What a stack needs to know of it."""
        return {
            "S3_BUCKET": BUCKET,
            "S3_ENDPOINT_URL": self.url,
            "S3_ACCESS_KEY_ID": "test-key",
            "S3_SECRET_ACCESS_KEY": "test-secret",
            "ARCHIVE_AFTER": "0",
        }

    @property
    def client(self):
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="test-key",
            aws_secret_access_key="test-secret",
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    @property
    def keys(self) -> list[str]:
        listed = self.client.list_objects_v2(Bucket=BUCKET)
        return [found["Key"] for found in listed.get("Contents", [])]

    def start(self) -> None:
        command = f"{sys.executable} -m moto.server -H 127.0.0.1 -p {self._port}"
        env = {"PATH": os.environ["PATH"], "HOME": str(self._log.parent)}
        self.process = StackProcess(command, self._log, env)
        until(self._answers, self._log.read_text)

    def demand_rights(self, *, demanded: bool) -> None:
        """Refuse whoever has no right to what they ask for, or let everybody do everything."""
        left = "0" if demanded else _ALL
        httpx.post(f"{self.url}/moto-api/reset-auth", content=left, verify=TLS)

    def _answers(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/moto-api/", timeout=2, verify=TLS).status_code == 200
        return False

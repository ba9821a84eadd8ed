"""The small model's server as a process, for tests."""

import os
import shlex
from contextlib import suppress
from pathlib import Path
from typing import Self

import httpx

from devserver.ports import free_port
from tests.stack import ROOT, TLS, until
from tests.stack_process import StackProcess

PYTHON = ROOT / "build" / "model" / "bin" / "python"
NAME = "smollm2-135m"
_SERVER = Path(__file__).with_name("server.py")
_START_WITHIN_S = 120.0
_ANSWER_WITHIN_S = 5.0


class LocalModel:
    """A language model on a free loopback port, until the block is left."""

    def __init__(self, folder: Path) -> None:
        assert PYTHON.exists(), "`make test-model` installs the model first"
        folder.mkdir()
        self.log = folder / "model.log"
        self._port = free_port()
        self._process: StackProcess | None = None

    @property
    def base_url(self) -> str:
        """What goes into OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def is_busy(self) -> bool:
        """Whether it is at a reply."""
        return any(slot["is_processing"] for slot in self._get("slots").json())

    def __enter__(self) -> Self:
        command = shlex.join([str(PYTHON), str(_SERVER), str(self._port)])
        self._process = StackProcess(command, self.log, os.environ)
        until(self._is_ready, self.log.read_text, _START_WITHIN_S)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.kill()

    def _is_ready(self) -> bool:
        assert self._process
        assert not self._process.has_ended, self.log.read_text()
        with suppress(httpx.TransportError):
            return self._get("health").status_code == 200
        return False

    def _get(self, path: str) -> httpx.Response:
        url = f"http://127.0.0.1:{self._port}/{path}"
        return httpx.get(url, timeout=_ANSWER_WITHIN_S, verify=TLS)

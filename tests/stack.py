"""The true processes on free ports, for tests: web, worker and sweeper as the Procfile starts them.

They end with the test process, however that ends.
"""

import itertools
import os
import shlex
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeVar

import httpx

from devserver.ports import free_port
from devserver.procfile import read_procfile
from devserver.stores import EmbeddedRedis
from devserver.tether import tethered
from shared.settings import Settings

ROOT = Path(__file__).parent.parent
START_WITHIN_S = 60.0
TLS = ssl.create_default_context()  # unused, but httpx would make one for each client: slow
ENOUGH = "1000000"  # a rate that no test comes near
_READY = " ready."  # what Celery says once it takes messages
T = TypeVar("T")


class StackProcess:
    """One process, which writes what it has to say into a file."""

    def __init__(self, command: str, log: Path, env: Mapping[str, str]) -> None:
        self.log = log
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                tethered(shlex.split(command), signal.SIGTERM),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                cwd=log.parent,  # where there is no .env
                env=dict(env),
                start_new_session=True,
            )

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def freeze(self) -> None:
        """Stop it where it stands; nobody is told."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class OwnRedis(EmbeddedRedis):
    """A store of the test's own, that it may kill, freeze and start again."""

    def freeze(self) -> None:
        """Let it keep its connections and answer nobody."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, number)


class Stack:
    """Processes that share their settings; start those that a test needs.

    `settings` are named as in the environment, and win over what tests usually want.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._numbers = itertools.count(1)
        self.processes: dict[str, StackProcess] = {}
        self._procfile = read_procfile(ROOT / "Procfile")
        self._env = _clean_environment() | {
            "ENVIRONMENT": "testing",
            "PORT": str(self.port),
            "RATE_LIMIT_SCALE": ENOUGH,
            **settings,
        }

    @property
    def settings(self) -> Settings:
        """What its processes read from their environment."""
        known = {name.lower(): text for name, text in self._env.items()}
        fields = {name: text for name, text in known.items() if name in Settings.model_fields}
        return Settings(_env_file=None, **fields)

    def start(self, *names: str) -> Self:
        """Start processes by their name in the Procfile; `interactive` may stand with a number."""
        for name in names:
            kind = name.partition("-")[0]
            command = self._procfile[kind].replace(f"{kind}@", f"{name}@")
            log = self.folder / f"{name}-{next(self._numbers)}.log"
            self.processes[name] = StackProcess(command, log, self._env)
        return self

    def replace(self, name: str) -> Self:
        """Leave one fresh process of this kind, whatever became of those there were."""
        for each in [each for each in self.processes if each.partition("-")[0] == name]:
            self.processes.pop(each).kill()
        return self.start(name).wait_until_ready()

    def wait_until_ready(self) -> Self:
        """Return once the web tier serves and every worker takes messages."""
        for name in self.processes:
            until(lambda name=name: self._is_ready(name), self.logs, START_WITHIN_S)
            assert not self.processes[name].has_ended, self.logs()
        return self

    def logs(self) -> str:
        """Return all that its processes said."""
        written = sorted(self.folder.glob("*.log"))
        return "\n".join(f"--- {log.stem}\n{log.read_text(errors='replace')}" for log in written)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.kill()

    def _is_ready(self, name: str) -> bool:
        process = self.processes[name]
        if name == "web":
            return process.has_ended or self._answers()
        if name.startswith("interactive"):
            return process.has_ended or _READY in process.log.read_text()
        return True

    def _answers(self) -> bool:
        with suppress(httpx.TransportError):
            ready = f"{self.url}/api/health/readiness"
            return httpx.get(ready, timeout=2, verify=TLS).status_code == 200
        return False


def until(ask: Callable[[], T | None], why: Callable[[], object], within_s: float = 60.0) -> T:
    """Return the first answer that is true."""
    ends_at = time.monotonic() + within_s
    while not (found := ask()):
        assert time.monotonic() < ends_at, why()
        time.sleep(0.02)
    return found


def _clean_environment() -> dict[str, str]:
    """Return an environment that says nothing about Copydesk, whatever the developer's says."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return kept | {"PATH": programs, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}

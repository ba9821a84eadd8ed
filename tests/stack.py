"""The true processes on free ports, for tests: web, worker and sweeper as the Procfile starts them.

They end with the test process, however that ends.
"""

import itertools
import os
import signal
import ssl
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
from shared.settings import Settings
from tests.stack_process import StackProcess

ROOT = Path(__file__).parent.parent
START_WITHIN_S = 120.0
TLS = ssl.create_default_context()  # unused, but httpx would make one for each client: slow
ENOUGH = "1000000"  # a rate that no test comes near
_TAKES = " ready."  # what Celery says once it takes messages
_SAYS = dict.fromkeys(("interactive", "bulk", "isolate"), _TAKES) | {"beat": "beat: Starting"}
T = TypeVar("T")


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
        self.ports = {"web": self.port}
        self.url = _local(self.port)
        self.own_env: dict[str, Mapping[str, str]] = {}  # what one process has besides
        self._numbers = itertools.count(1)
        self.processes: dict[str, StackProcess] = {}
        self._procfile = read_procfile(ROOT / "Procfile")
        self._env = _clean_environment() | {
            "ENVIRONMENT": "testing",
            "PORT": str(self.port),  # of the first web process, and in `settings`
            "RATE_LIMIT_SCALE": ENOUGH,
            "BREAKER_FAILURES": ENOUGH,
            "PASSWORD_MEMORY_KIB": "256",
            "MONGO_TIMEOUT": "10",  # whatever else this machine is at
            "REDIS_TIMEOUT": "5",
            "PROVIDER_TIMEOUT_SCALE": "5",  # a held answer outlasts what a test does meanwhile
            **settings,
        }

    @property
    def settings(self) -> Settings:
        """What its processes read from their environment."""
        known = {name.lower(): text for name, text in self._env.items()}
        fields = {name: text for name, text in known.items() if name in Settings.model_fields}
        return Settings(_env_file=None, **fields)

    @property
    def urls(self) -> list[str]:
        """The addresses of its web processes."""
        return [_local(port) for port in self.ports.values()]

    def start(self, *names: str) -> Self:
        """Start processes by their name in the Procfile; `web-2` is one more of the kind `web`."""
        for name in names:
            kind = _kind(name)
            command = self._procfile[kind].replace(f"{kind}@", f"{name}@")
            command = command.replace("=deploy/", f"={ROOT / 'deploy'}/")
            log = self.folder / f"{name}-{next(self._numbers)}.log"
            env = self._env | self.own_env.get(name, {})
            if kind == "web":
                env |= {"PORT": str(self.ports.setdefault(name, free_port()))}
            self.processes[name] = StackProcess(command, log, env)
        return self

    def of_kind(self, kind: str) -> list[str]:
        """Return the names of its processes of this kind."""
        return [name for name in self.processes if _kind(name) == kind]

    def replace(self, name: str) -> Self:
        """Leave one fresh process of this kind, whatever became of those there were."""
        for each in self.of_kind(name):
            self.processes.pop(each).kill()
        return self.start(name).wait_until_ready()

    def wait_until_ready(self) -> Self:
        """Return once the web tier serves, every worker takes messages and beat has begun."""
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
        process, kind = self.processes[name], _kind(name)
        if process.has_ended:
            return True
        if kind == "web":
            return self._answers(self.ports[name])
        return kind not in _SAYS or _SAYS[kind] in process.log.read_text()

    def _answers(self, port: int) -> bool:
        with suppress(httpx.TransportError):
            ready = f"{_local(port)}/api/health/readiness"
            return httpx.get(ready, timeout=10, verify=TLS).status_code == 200
        return False


def until(ask: Callable[[], T | None], why: Callable[[], object], within_s: float = 60.0) -> T:
    """Return the first answer that is true."""
    ends_at = time.monotonic() + within_s
    while not (found := ask()):
        assert time.monotonic() < ends_at, why()
        time.sleep(0.02)
    return found


def _kind(name: str) -> str:
    return name.partition("-")[0]


def _local(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _clean_environment() -> dict[str, str]:
    """Return an environment that says nothing about Copydesk, whatever the developer's says."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return kept | {"PATH": programs, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}

"""Whether each process does its work: what `make run` waits for before it says so."""

import asyncio
import http.client
import re
import socket
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus

from celery import Celery
from celery.exceptions import CeleryError
from kombu.exceptions import KombuError, OperationalError

from shared.jobs.broker import configure
from shared.settings import Settings

ANSWER_WITHIN_S = 5.0
PING_WITHIN_S = 1.0
STEADY_S = 1.0
LOOK_EVERY_S = 0.1
COMPLAIN_EVERY_S = 60.0
_CELERY_NODE = re.compile(r"\bcelery\b.*\s(worker|beat)\s")

Check = Callable[[], bool]


class Checks:
    """One question for each process type, by what it is."""

    def __init__(self, settings: Settings, up_s: Callable[[str], float]) -> None:
        self._settings = settings
        self._up_s = up_s
        # Only to ask with: the workers' own would bring all their imports along.
        self._celery = Celery("devserver", broker=settings.broker, set_as_current=False)
        configure(self._celery, settings, timeout_s=ANSWER_WITHIN_S)

    def of(self, processes: Mapping[str, str]) -> dict[str, Check]:
        """Return the questions for the processes of a Procfile."""
        return {name: self._check(name, command) for name, command in processes.items()}

    def _check(self, name: str, command: str) -> Check:
        settings = self._settings
        if name == "web":
            return lambda: self._status(settings.port, "/api/health/readiness") == HTTPStatus.OK
        if name == "flower":
            return lambda: self._status(settings.flower_port, "/") is not None
        if _CELERY_NODE.search(command):
            return lambda: self._node_answers(name)
        # Nothing to ask it: what is wrong with its settings or imports has ended it by then.
        return lambda: self._up_s(name) >= STEADY_S

    def _status(self, port: int, path: str) -> int | None:
        host = reachable(self._settings.host)
        connection = http.client.HTTPConnection(host, port, timeout=ANSWER_WITHIN_S)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _node_answers(self, name: str) -> bool:
        node = f"{name}@{socket.gethostname()}"
        try:
            return bool(self._celery.control.ping(destination=[node], timeout=PING_WITHIN_S))
        except (OSError, CeleryError, KombuError, OperationalError):
            return False


def reachable(host: str) -> str:
    """Return an address to reach a server by that listens on `host`."""
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


async def wait_until_all_answer(
    checks: Mapping[str, Check], complain: Callable[[list[str]], None]
) -> None:
    """Ask until each has said yes once; complain of the silent ones every minute."""
    complain_at = time.monotonic() + COMPLAIN_EVERY_S
    silent = dict(checks)
    while True:
        answers = await asyncio.gather(*(asyncio.to_thread(ask) for ask in silent.values()))
        said_yes = dict(zip(silent, answers, strict=True))
        silent = {name: ask for name, ask in silent.items() if not said_yes[name]}
        if not silent:
            return
        if time.monotonic() > complain_at:
            complain(list(silent))
            complain_at += COMPLAIN_EVERY_S
        await asyncio.sleep(LOOK_EVERY_S)

"""A RabbitMQ of the tests' own, that knows nothing of the machine's and leaves nothing behind.

Its data, its cookie and its port mapper (epmd) are its own, on loopback, and it needs no rights.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from signal import SIGCONT, SIGSTOP, SIGTERM
from typing import Any

import pytest
from amqp import Connection
from amqp.exceptions import AMQPError, NotFound

from devserver.ports import free_port
from devserver.store import EmbeddedStore
from devserver.tether import tethered

USER = "copydesk"
STACK, QUEUES = "stack", "queues"  # virtual hosts: as good as a broker for each
PATIENCE_S = 20.0
_SALT = b"salt"
# Debian's program on the path insists on a user of its own; this is the one behind it.
_BEHIND_DEBIANS = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class RabbitMQ(EmbeddedStore):
    """One node, whose queues outlive its process: start it again and all is there."""

    name, title, setting = "rabbitmq", "RabbitMQ", "BROKER_URI"
    address = f"amqp://{USER}:{USER}@127.0.0.1:{{port}}/{STACK}"
    start_within_s = 120.0  # Erlang loads for 5 s on a quiet machine

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.queues_uri = self.uri.removesuffix(STACK) + QUEUES
        self._mapper_port, self._node_port = free_port(), free_port()
        self._mapper: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> list[str]:
        settings = [f"{name}={value}" for name, value in self._environment.items()]
        return ["env", *settings, program()]

    def prepare(self) -> None:
        super().prepare()
        (self.folder / "plugins").write_text("[].")
        (self.folder / "definitions.json").write_text(json.dumps(_definitions()))
        definitions = self.folder.resolve() / "definitions.json"
        (self.folder / "rabbitmq.conf").write_text(f"load_definitions = {definitions}\n")
        if self._mapper is None:
            # Else the node starts one that outlives it.
            command = ["epmd", "-port", str(self._mapper_port), "-address", "127.0.0.1"]
            self._mapper = subprocess.Popen(tethered(command, SIGTERM), start_new_session=True)

    def stop(self, within_s: float = 20.0) -> None:
        super().stop(within_s)
        if self._mapper is not None:
            self._mapper.kill()
            self._mapper.wait()
            self._mapper = None

    def freeze(self) -> None:
        """Let it keep its connections and answer nobody."""
        self._signal(SIGSTOP)

    def thaw(self) -> None:
        self._signal(SIGCONT)

    def purge(self, queues: Iterable[str]) -> None:
        """Lose what waits in the stack's queues; what nobody has declared is empty anyway."""
        for queue in queues:
            with suppress(NotFound), self.connect(STACK) as line:
                line.channel().queue_purge(queue)

    def connect(self, host: str) -> Connection:
        """Return a connection, to be used as a context, that knows nothing of Copydesk."""
        limits = dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout"), PATIENCE_S)
        return Connection(f"127.0.0.1:{self.port}", USER, USER, virtual_host=host, **limits)

    def _pong(self) -> bool:
        with suppress(AMQPError, OSError), self.connect(STACK) as line:
            return bool(line.connected)
        return False

    def _signal(self, number: int) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, number)

    @property
    def _environment(self) -> dict[str, str]:
        folder = self.folder.resolve()
        return {
            "HOME": str(folder),  # of the cookie
            "RABBITMQ_NODENAME": "copydesk@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._node_port),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "+sbwt none -kernel inet_dist_use_interface {127,0,0,1}"
            ),
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # The script becomes the node then, instead of guarding it: whoever kills one, kills it.
            "RUNNING_UNDER_SYSTEMD": "true",
        }


def each_broker(now: str) -> list[Any]:
    """Return what to parametrise with: one kind of broker now, the other in the deep tests."""
    kinds = ("redis", "rabbitmq")
    return [kind if kind == now else pytest.param(kind, marks=pytest.mark.deep) for kind in kinds]


def _definitions() -> dict[str, Any]:
    """Return what the node begins with, in the form that RabbitMQ exports."""
    digest = hashlib.sha256(_SALT + USER.encode()).digest()
    secret = base64.b64encode(_SALT + digest).decode()
    all_rights = dict.fromkeys(("configure", "write", "read"), ".*")
    return {
        "users": [{"name": USER, "password_hash": secret, "tags": []}],
        "vhosts": [{"name": host} for host in (STACK, QUEUES)],
        "permissions": [{"user": USER, "vhost": host} | all_rights for host in (STACK, QUEUES)],
    }


def program() -> str:
    """Return the script that starts a node; skip the test where there is none."""
    if _BEHIND_DEBIANS.exists():
        return str(_BEHIND_DEBIANS)
    found = shutil.which("rabbitmq-server")
    if found is None:
        pytest.skip("rabbitmq-server is not on the path")
    return found

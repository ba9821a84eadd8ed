"""The real stack on free ports, in a folder that is thrown away; and the bare one beside it."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self

from celery import Celery

from bench.bare_call import BareCaller
from bench.client import Client, answers
from bench.model import ModelServer
from bench.names import BARE_TASK
from bench.processes import Process
from devserver.ports import free_port
from devserver.procfile import read_procfile
from devserver.stores import EmbeddedMongo, EmbeddedRedis
from shared.jobs.broker import sender
from shared.jobs.names import QueueName
from shared.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent
MODEL_NAME = "gpt-4o-mini"
SLOTS = int(os.environ.get("BENCH_SLOTS", "50"))  # of one worker
OUR_WEB, BARE_WEB = "web.wsgi:app", "bench.bare_web:app"
OUR_WORKER, BARE_WORKER = "workers.main:worker", "bench.bare_worker:worker"


class Stack:
    """Starts each part when it is first asked for, with the commands of the Procfile."""

    def __init__(self, folder: Path, parts: ExitStack) -> None:
        self._folder = folder
        self._parts = parts
        self._commands = read_procfile(ROOT / "Procfile")
        self._redis = parts.enter_context(EmbeddedRedis(folder / "redis"))
        self._mongo = parts.enter_context(EmbeddedMongo(folder / "mongo"))
        self.port, self.bare_port = free_port(), free_port()

    @classmethod
    @contextmanager
    def started(cls) -> Iterator[Self]:
        """Give a stack with empty stores."""
        with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as folder, ExitStack() as parts:
            yield cls(Path(folder), parts)

    @property
    def redis_uri(self) -> str:
        """Where its jobs are."""
        return self._redis.uri

    @property
    def mongo_uri(self) -> str:
        """Where its documents are."""
        return self._mongo.uri

    @cached_property
    def model(self) -> ModelServer:
        """The model's server, which both sides call."""
        port = free_port()
        run = self._run(f"{sys.executable} -m bench.model_server {port}", {}, "model")
        run.wait_until(lambda: answers(port, "/tally"))
        return ModelServer(port, run.pid)

    @cached_property
    def web(self) -> Process:
        """Our web tier; ready when its templates are there, so that a request can be taken."""
        run = self._run(self._commands["web"], self._env(self.port), "web")
        run.wait_until(lambda: answers(self.port, "/health/readiness"))
        run.wait_until(lambda: '"clearer"' in self.client().get("/api/v1/templates"))
        return run

    @cached_property
    def worker(self) -> Process:
        """Our worker; it has done a job."""
        self.need(self.web, self.sweeper)
        run = self._run(self._commands["interactive"], self._env(self.port), "worker")
        self.client().finished_job()
        return run

    def worker_with(self, **settings: str) -> Process:
        """Another worker of ours, with settings of its own; whoever starts it stops it."""
        log = self._folder / "worker-with.log"
        env = _clean_env() | self._env(self.port) | settings
        return Process(self._commands["interactive"], env, log)

    @cached_property
    def bulk_worker(self) -> Process:
        """Our worker of the bulk lane; it has done a job."""
        self.need(self.web, self.sweeper)
        run = self._run(self._commands["bulk"], self._env(self.port), "bulk-worker")
        self.client().finished_job(lane="bulk")
        return run

    @cached_property
    def sweeper(self) -> Process:
        """Our sweeper."""
        return self._run(self._commands["sweeper"], self._env(self.port), "sweeper")

    @cached_property
    def bare_web(self) -> Process:
        """A bare Flask app under the same server."""
        command = self._commands["web"].replace(OUR_WEB, BARE_WEB)
        run = self._run(command, self._bare_env, "bare-web")
        run.wait_until(lambda: answers(self.bare_port, "/nothing", status=404))
        return run

    @cached_property
    def bare_worker(self) -> Process:
        """A bare Celery worker of the same pool and slots; it has done a call."""
        command = self._commands["interactive"].replace(OUR_WORKER, BARE_WORKER)
        calls_before = self.model.tally().ended
        run = self._run(command, self._bare_env, "bare-worker")
        self.send_bare_tasks(1)
        run.wait_until(lambda: self.model.tally().ended > calls_before)
        return run

    @cached_property
    def caller(self) -> BareCaller:
        """Makes the direct call from this process."""
        return BareCaller(model=MODEL_NAME, base_url=self.model.base_url)

    @property
    def processes(self) -> dict[str, int]:
        """The ids of those that a writer's job goes through, by name; all run after this."""
        stores = {"redis": self._redis.pid, "mongodb": self._mongo.pid}
        ours = {"web": self.web, "worker": self.worker, "sweeper": self.sweeper}
        return {name: run.pid for name, run in ours.items()} | {
            name: pid for name, pid in stores.items() if pid
        }

    @property
    def settings(self) -> Settings:
        """Where the stores are, for a measurement of what asks them."""
        return load_settings(redis_uri=self._redis.uri, mongo_uri=self._mongo.uri)

    def need(self, *_parts: object) -> None:
        """Do nothing: a part runs as soon as it is named."""

    def client(self) -> Client:
        """Return a caller of our API with a new session."""
        return Client(self.port)

    def send_bare_tasks(self, count: int) -> None:
        """Queue calls for the bare worker."""
        for number in range(count):
            self._bare_sender.send_task(
                BARE_TASK, args=(str(number),), queue=QueueName.INTERACTIVE.value, retry=False
            )

    @cached_property
    def _bare_sender(self) -> Celery:
        uri = self._bare_env["REDIS_URI"]
        return sender(load_settings(redis_uri=uri, mongo_uri=self._mongo.uri, broker_uri=uri))

    def _run(self, command: str, env: dict[str, str], name: str) -> Process:
        log = self._folder / f"{name}.log"
        return self._parts.enter_context(Process(command, _clean_env() | env, log))

    @cached_property
    def _bare_env(self) -> dict[str, str]:
        """The same Redis server, but its second database: nothing of ours is in the way."""
        return self._env(self.bare_port) | {"REDIS_URI": self._redis.uri.removesuffix("0") + "1"}

    def _env(self, port: int) -> dict[str, str]:
        return {
            "ENVIRONMENT": "testing",
            "LOG_LEVEL": "WARNING",
            "REDIS_URI": self._redis.uri,
            "MONGO_URI": self._mongo.uri,
            # A machine that is at something else as well shows in the figures, and refuses nobody.
            "REDIS_TIMEOUT": "5",
            "MONGO_TIMEOUT": "10",
            "PORT": str(port),
            "OPENAI_BASE_URL": self.model.base_url,
            "OPENAI_MODEL": MODEL_NAME,
            "RATE_LIMIT_SCALE": "1000000",
            "QUEUE_DEPTH": "1000000",
            "WORKER_SLOTS": str(SLOTS),
        }


def _clean_env() -> dict[str, str]:
    """This process's environment without settings and proxies: no run depends on the user's."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.lower() not in Settings.model_fields and not name.lower().endswith("_proxy")
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return kept | {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}

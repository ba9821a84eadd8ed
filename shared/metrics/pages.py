"""The page that Prometheus reads, and a small server for processes that have none."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Self

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.exposition import start_http_server
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from shared.metrics.definitions import BUILD_INFO
from shared.metrics.folder import MetricsFolder
from shared.metrics.processes import process_readings
from shared.metrics.readings import Read, Reading, Readings
from shared.metrics.recorder import Recorder, recorder
from shared.settings import Settings
from shared.version import VERSION

CONTENT_TYPE = CONTENT_TYPE_LATEST

log = structlog.get_logger(__name__)


class MetricsPage(Collector):
    """What one process shows: its own counts, or those of all that share its folder."""

    def __init__(self, settings: Settings, process: str, *, counts: Recorder = recorder) -> None:
        self._settings = settings
        self._process = process
        self._counts = counts
        self._folder = MetricsFolder(settings.metrics_dir) if settings.metrics_dir else None
        counts.know_models(settings.asked_models)
        if self._folder:
            self._folder.use()
            self.join()

    @classmethod
    def of_all(cls, settings: Settings, process: str) -> Self:
        """Return the page of a process that may have children: they need a folder to be seen."""
        if settings.metrics_port and not settings.metrics_dir:
            folder = own_folder()
            atexit.register(_remove_if_ours, folder, os.getpid())
            settings = settings.model_copy(update={"metrics_dir": folder})
        return cls(settings, process)

    def join(self) -> None:
        """Say that this process counts, too: one that was forked, for example."""
        if self._folder:
            self._folder.announce(self._process)

    def text(self, *more: Read) -> bytes:
        """Return the page as Prometheus wants it, with what else there is to read."""
        return generate_latest(self._registry(more))

    def collect(self) -> Iterable[Metric]:
        """Return all families, for the library's own server."""
        return self._registry(()).collect()

    def serve(self) -> None:
        """Answer on `METRICS_PORT`; a process works without it where the port is taken."""
        if self._settings.metrics_port is None:
            return
        try:
            start_http_server(self._settings.metrics_port, self._settings.host, self)
        except OSError as error:
            log.warning("metrics_not_served", why=type(error).__name__)

    def _registry(self, more: Iterable[Read]) -> CollectorRegistry:
        registry = CollectorRegistry()
        names = {os.getpid(): self._process}
        if self._folder:
            self._folder.gather(registry)
            names = self._folder.processes()
        else:
            self._counts.register(registry)
        reads: tuple[Read, ...] = (partial(process_readings, names), self._build, *more)
        for read in reads:
            registry.register(Readings(read))
        return registry

    def _build(self) -> tuple[Reading]:
        return (Reading(BUILD_INFO, (VERSION, self._settings.environment.value), 1),)


def own_folder() -> Path:
    """Make a folder for the processes that this one is about to start."""
    return Path(tempfile.mkdtemp(prefix="copydesk-metrics-"))


def remove_folder(path: Path) -> None:
    """Remove it with all that was counted there."""
    shutil.rmtree(path, ignore_errors=True)


def _remove_if_ours(path: Path, pid: int) -> None:
    if os.getpid() == pid:  # a process that was forked ends before the one that made it
        remove_folder(path)

"""What a run consists of: settings, embedded stores for what they do not name, and processes."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from devserver.errors import StartError
from devserver.ports import free_port, require_free
from devserver.procfile import read_procfile
from devserver.store import EmbeddedStore
from devserver.stores import EmbeddedMongo, EmbeddedRedis
from shared.settings import Settings, load_settings

STORES: tuple[type[EmbeddedStore], ...] = (EmbeddedRedis, EmbeddedMongo)


@dataclass(frozen=True)
class Plan:
    """Everything that is decided before anything is started."""

    settings: Settings
    stores: tuple[EmbeddedStore, ...]
    processes: Mapping[str, str]

    @property
    def env(self) -> dict[str, str]:
        """The environment of the processes: this one's, and where the embedded stores are."""
        programs = str(Path(sys.executable).parent)
        path = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])
        # Into a pipe, Python would write only when there is much to write.
        shared = {"METRICS_DIR": str(self.metrics_dir)}
        return {**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1", **self.addresses, **shared}

    @property
    def addresses(self) -> dict[str, str]:
        """Where the embedded stores are, by setting; their ports are others at each start."""
        return {store.setting: store.uri for store in self.stores}

    @property
    def told_in(self) -> Path:
        """The file that tells so, to whoever runs a command beside the processes."""
        return self.settings.data_dir / "stores.env"

    @property
    def metrics_dir(self) -> Path:
        """Where the processes share what they count, so that the web tier shows all of it."""
        named = self.settings.metrics_dir or self.settings.data_dir / "metrics"
        return named.resolve()


def make_plan(procfile: Path) -> Plan:
    """Read the environment, `.env` and the Procfile.

    :raises SettingsError: naming every variable that is missing or wrong
    :raises StartError: when a port is taken, or the Procfile is not one
    """
    named = _named_settings()
    ports = {store: free_port() for store in STORES if store.setting not in named}
    settings = load_settings(
        **{store.setting.lower(): store.address.format(port=port) for store, port in ports.items()}
    )
    if {settings.port, settings.flower_port} & {*ports.values()}:
        return make_plan(procfile)  # with others: none is drawn twice
    processes = read_procfile(procfile)
    _check_ports(settings)
    stores = tuple(_store(kind, port, settings) for kind, port in ports.items())
    return Plan(settings, stores, processes)


def _store(kind: type[EmbeddedStore], port: int, settings: Settings) -> EmbeddedStore:
    folder = settings.data_dir / kind.name
    if kind is EmbeddedRedis:
        return EmbeddedRedis(folder, port, appendfsync=settings.redis_appendfsync)
    return kind(folder, port)


def _named_settings() -> set[str]:
    sources = (os.environ, dotenv_values(".env"))
    return {name.upper() for source in sources for name, value in source.items() if value}


def _check_ports(settings: Settings) -> None:
    if settings.port == settings.flower_port:
        raise StartError(f"PORT and FLOWER_PORT are both {settings.port}: set another one")
    require_free(settings.host, settings.port, "PORT")
    require_free(settings.host, settings.flower_port, "FLOWER_PORT")

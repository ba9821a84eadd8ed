"""Importing a module does nothing."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import copydesk
import pytest

import shared
import web
import workers

ROOT = Path(__file__).parents[2]
PACKAGES = (copydesk, shared, web, workers)
# What builds an app, or is its configuration, may ask for settings.
BUILDERS = {"web.wsgi", "web.server", "workers.main"}
WATCH = """
import socket, subprocess, sys, threading

def refuse(*_, **__):
    raise AssertionError("importing does nothing")

socket.socket.connect = subprocess.Popen.__init__ = threading.Thread.start = refuse
for name in sys.argv[1:]:
    __import__(name)
"""


def modules(package):
    """Return the names of all modules below the package."""
    return [found.name for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]


def run(script, *arguments, cwd):
    """Run a script in a Python that knows nothing of this environment, nor of a .env."""
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'client' / 'src'}"},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=240,
    )


@pytest.mark.parametrize(
    "package", [copydesk, shared, web, workers], ids=lambda package: package.__name__
)
def test_importing_a_module_does_nothing(package, tmp_path):
    names = [name for name in modules(package) if name not in BUILDERS]
    ended = run(WATCH, *names, cwd=tmp_path)

    assert ended.returncode == 0, ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_what_builds_an_app_names_the_settings_that_it_misses(name, tmp_path):
    ended = run(f"import {name}", cwd=tmp_path)

    assert ended.returncode == 1
    assert {"REDIS_URI", "MONGO_URI"} <= set(ended.stderr.replace(":", " ").split())
    assert "Traceback" not in ended.stderr


def test_every_module_is_looked_at():
    found = {name for package in PACKAGES for name in modules(package)}

    assert found > BUILDERS
    assert "shared.data.redis.admission" in found


LAZY = """
import sys
import web.app, workers.app, workers.sweeper, workers.wiring
from shared.data.archive import open_archive
from shared.settings import Settings
from shared.traces.spans import Kind
from shared.traces.tracing import tracing

stores = {"redis_uri": "redis://localhost", "mongo_uri": "mongodb://localhost"}
bucket, collector = (told or None for told in sys.argv[1:])
settings = {**stores, "s3_bucket": bucket, "otel_exporter_otlp_endpoint": collector}
settings = Settings(_env_file=None, **settings)
open_archive(settings)
tracing.start(settings, "test")
with tracing.span("begun", Kind.CONSUMER, {}) as span:
    print("boto3" in sys.modules, "opentelemetry.exporter" in sys.modules, bool(span.traceparent))
"""


@pytest.mark.deep
def test_what_talks_to_an_archive_and_a_collector_is_loaded_only_for_them(tmp_path):
    without = run(LAZY, "", "", cwd=tmp_path)
    beside = run(LAZY, "texts", "http://127.0.0.1:9", cwd=tmp_path)

    assert (without.stdout.split(), without.stderr) == (["False"] * 3, "")
    assert (beside.stdout.split(), beside.stderr) == (["True"] * 3, "")

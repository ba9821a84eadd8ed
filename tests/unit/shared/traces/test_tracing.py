"""Spans in a process of their own: what the library patches stays patched."""

import socket
import subprocess
import sys
from pathlib import Path

from tests.otlp_collector import OtlpCollector
from tests.stack import until

ROOT = Path(__file__).parents[4]
PROGRAM = """
import os, sys
from shared.settings import Settings
from shared.traces.spans import Kind
from shared.traces.tracing import tracing

stores = {"redis_uri": "redis://localhost", "mongo_uri": "mongodb://localhost"}
settings = Settings(_env_file=None, **stores, otel_exporter_otlp_endpoint=sys.argv[1])
if os.fork() == 0:
    tracing.start(settings, "child")
    with tracing.span("outer", Kind.CONSUMER, {}):
        with tracing.span("inner", Kind.INTERNAL, {}):
            pass
        try:
            with tracing.span("broken", Kind.INTERNAL, {}):
                raise ValueError("the writer's words")
        except ValueError:
            pass
    with tracing.span("command", Kind.CLIENT, {}):
        pass
else:
    os.wait()
"""


def run(endpoint):
    """Run the program to its end, and return what it said."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, endpoint],
        env={"PYTHONPATH": str(ROOT)},
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_what_is_left_is_sent_when_a_process_ends():
    with OtlpCollector() as collector:
        ended = run(collector.endpoint)
        until(lambda: collector.spans, lambda: ended.stderr)
    spans = {span.name: span for span in collector.spans}

    assert set(spans) == {"outer", "inner", "broken"}
    assert spans["inner"].parent_id == spans["outer"].id
    assert spans["broken"].attributes == {"error.type": "ValueError"}
    assert b"words" not in b"".join(collector.bodies)


def test_a_collector_that_never_answers_holds_up_nobody():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ended = run(f"http://127.0.0.1:{silent.getsockname()[1]}")

    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_collector_that_is_away_is_one_line():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    ended = run(f"http://127.0.0.1:{port}")

    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr

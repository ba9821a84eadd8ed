"""What holds for every test."""

import os
import signal
import time

import pytest
from hypothesis import HealthCheck, settings

from devserver import ports
from tests.rabbitmq import RabbitMQ

# A laptop may lack a program that some test needs; the machine that judges a change may not.
NO_SKIPS = os.environ.get("COPYDESK_CI") == "1"

# A shell lets what it starts with `&` ignore it, and a process hands that on to all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Each process of a run draws ports from a part of its own: what one has drawn and nobody listens
# on yet, another would find free.
_processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _processes
_share = (ports.HIGHEST - ports.LOWEST) // _processes
ports.LOWEST += _number * _share
ports.HIGHEST = ports.LOWEST + _share - 1

# How long an example takes says how busy the machine is. What judges a change draws the same
# examples each time: `--hypothesis-profile=search` draws others.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("search"), derandomize=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory):
    """Return the node that all tests share, for it takes seconds to start; leave it running."""
    with RabbitMQ(tmp_path_factory.mktemp("rabbitmq") / "node") as node:
        yield node


@pytest.fixture
def not_quadratic():
    """Fail what takes half a minute of the processor, which a busy machine does not lengthen."""
    began = time.thread_time()
    yield
    assert time.thread_time() - began < 30


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    return _judge((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector):
    return _judge((yield))


def _judge(report):
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped here: {report.longrepr[-1]}"
    return report

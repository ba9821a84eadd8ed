"""What holds for every test."""

import os
import signal
import time

import pytest
from hypothesis import HealthCheck, settings

from tests.rabbitmq import RabbitMQ

# A laptop may lack a program that some test needs; the machine that judges a change may not.
NO_SKIPS = os.environ.get("COPYDESK_CI") == "1"

# A shell lets what it starts with `&` ignore it, and a process hands that on to all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

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

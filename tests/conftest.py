"""What holds for every test."""

import os

import pytest

from tests.rabbitmq import RabbitMQ

# A laptop may lack a program that some test needs; the machine that judges a change may not.
NO_SKIPS = os.environ.get("COPYDESK_CI") == "1"


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory):
    """Return the node that all tests share, for it takes seconds to start; leave it running."""
    with RabbitMQ(tmp_path_factory.mktemp("rabbitmq") / "node") as node:
        yield node


# What costs seconds to start is started by one of the processes that share a run's tests.
_STARTED_ONCE = ("rabbitmq", "redis", "strict_stack")


def pytest_itemcollected(item):
    """Let each process of `make test` take whole files, and all that use one stack of their own."""
    item.add_marker(pytest.mark.xdist_group(_group(item)))


def _group(item):
    chosen = getattr(item, "callspec", None)
    uses = {*item.fixturenames, chosen.params.get("over_each") if chosen else None}
    if "apart" in uses:
        uses.add("redis")
    return next((name for name in _STARTED_ONCE if name in uses), item.nodeid.partition("::")[0])


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

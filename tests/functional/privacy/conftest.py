"""A stack that says as much as it can, and all that could be heard of it."""

import json
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from devserver.ports import free_port
from shared.domain.identity import session_owner
from tests.functional.conftest import API_KEY, Apart
from tests.functional.privacy import acts
from tests.functional.privacy.listening import (
    flowers_pages,
    kept_at,
    overheard,
    what_flower_sees,
)
from tests.otlp_collector import OtlpCollector
from tests.stack import OwnRedis, until

FORM = {
    "ENVIRONMENT": "staging",  # which logs as production does
    "LOG_LEVEL": "DEBUG",
    "JWT_SECRET": "a secret that is only for these tests, and long enough",
    "FLOWER_BASIC_AUTH": "eyes:a-password-of-flower",
    "PASSWORD_MEMORY_KIB": "19456",
}
BREAKAGES = {"job_broke", "job_failed", "job_put_off", "request_broke", "request_malformed"}
PROCESSES = ("web", "interactive", "bulk", "sweeper", "beat", "flower")


@dataclass(frozen=True)
class Evidence:
    """What was said by callers, and what came of it where others may look."""

    places: dict
    sent: str
    secrets: list
    jobs: list
    batches: list
    events: list
    lines: list


@pytest.fixture(scope="package")
def collector():
    with OtlpCollector() as one:
        yield one


@pytest.fixture(scope="package")
def glass(new_stack, house, collector):
    """Return the stack, over stores of its own, that tells all that it ever would."""
    settings = FORM | {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint}
    with ExitStack() as parts:
        jobs, broker = (
            parts.enter_context(OwnRedis(house / f"glass-{name}")) for name in ("jobs", "broker")
        )
        settings |= {"BROKER_URI": broker.uri, "FLOWER_PORT": str(free_port())}
        own = parts.enter_context(new_stack("glass", jobs, **settings))
        yield Apart(own.start(*PROCESSES).wait_until_ready(), jobs, broker)


@pytest.fixture(scope="package")
def evidence(glass, model_server, collector):
    """Let everything be said, and break; return all that anybody but its owner could see."""
    stack, sent = glass.stack, []
    model_server.reset()
    model_server.plan(acts.reply)
    with (
        overheard(glass.broker) as heard,
        what_flower_sees(stack.settings) as seen,
        acts.a_session(stack.url, sent) as writer,
    ):
        jobs, batches = acts.do_jobs(writer), acts.do_batches(writer)
        known = acts.come_and_go(stack.url, sent)
        acts.talk_nonsense(writer)
        acts.say_what_is_no_http(stack.port, sent)
        jobs += acts.break_things(writer, glass, model_server)
        done = [job["id"] for job in jobs + batches]
        until(lambda: all(each in str(seen) for each in done), lambda: str(seen))
        until(lambda: _are_traced(collector, done), lambda: str(collector.spans))
        until(lambda: _are_logged(stack, done), stack.logs)
        pages = flowers_pages(stack.settings)
    model_server.reset()
    session = writer.http.headers["X-Session-Id"]
    places = {
        "broker": heard(),
        "kept": kept_at(glass.broker),
        "logs": stack.logs(),
        "flower": json.dumps(seen, default=str) + pages,
        "traces": b"\n".join(collector.bodies).decode(errors="replace"),
    }
    lines = [x for x in places["logs"].splitlines() if x and not x.startswith("--- ")]
    secrets = [API_KEY, *known, session, session_owner(session)]
    return Evidence(places, "\n".join(sent), secrets, jobs, batches, seen, lines)


def _are_logged(stack, ids):
    """Whether each is there, and all that broke: some lines are written behind the end."""
    logs = stack.logs()
    return all(each in logs for each in ids) and all(f'"{name}"' in logs for name in BREAKAGES)


def _are_traced(collector, ids):
    return set(ids) <= {span.attributes.get("copydesk.job.id") for span in collector.spans}

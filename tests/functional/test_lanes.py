import threading

import pytest

from tests.model_server_scripts import known_words
from tests.stack import OwnRedis, until
from tests.stack_client import SUGGESTIONS, Writer, ask_all, order, some_text

SLOTS = 4
MANY = 200
VERY_MANY = 5000
AT_ONCE = 20
BULK = "Nobody waits for this"


@pytest.fixture(scope="module")
def lanes(new_stack, house):
    """Return a stack whose workers do four calls at once, each in its lane."""
    few = {"WORKER_SLOTS": str(SLOTS), "BULK_WINDOW": str(SLOTS)}
    with (
        OwnRedis(house / "lanes-redis") as redis,
        new_stack("lanes", redis, **few) as own,
    ):
        yield own.start("web", "interactive", "bulk", "sweeper").wait_until_ready()


@pytest.fixture
def hold(model):
    """Return what the answers to all bulk work wait for."""
    event = threading.Event()
    model.plan(lambda call: known_words(call, hold=event if BULK in call.text else None))
    return event


@pytest.fixture
def someone(lanes, model):
    with Writer(lanes.url) as writer:
        writer.http.get("/api/v1/limits")
        yield writer


def begin_bulk(lanes, writer, count):
    """Submit so many jobs that nobody waits for; return their addresses."""
    bodies = [order(some_text(f"{BULK} big"), lane="bulk") for _ in range(count)]
    requests = [("POST", SUGGESTIONS, body) for body in bodies]
    jobs = list(ask_all(lanes.url, writer.session, requests, at_once=AT_ONCE))
    assert {job["queue"]["name"] for job in jobs} == {"bulk"}
    return [job["urls"]["self"] for job in jobs]


def looked_at(lanes, writer, urls):
    requests = [("GET", url, None) for url in urls]
    return list(ask_all(lanes.url, writer.session, requests, at_once=AT_ONCE))


@pytest.mark.parametrize(
    "count", [MANY, pytest.param(VERY_MANY, marks=[pytest.mark.deep, pytest.mark.timeout(900)])]
)
def test_somebody_who_waits_is_not_held_up_by_bulk_work(lanes, someone, hold, count):
    urls = begin_bulk(lanes, someone, count)
    job = someone.finish(order(some_text()))
    statuses = [job["status"] for job in looked_at(lanes, someone, urls)]
    cancelled = [("POST", f"{url}/cancel", None) for url in urls]
    list(ask_all(lanes.url, someone.session, cancelled, at_once=AT_ONCE))

    assert (job["status"], job["queue"]["name"]) == ("succeeded", "interactive")
    assert statuses.count("queued") > count - count // 8
    assert "succeeded" not in statuses


def test_one_owners_bulk_work_does_not_wait_for_all_of_anothers(lanes, someone, hold):
    urls = begin_bulk(lanes, someone, MANY)
    with Writer(lanes.url) as other:
        job_id = other.begin(order(some_text(), lane="bulk"))
        hold.set()
        job = other.ended(job_id)

    def final():
        jobs = looked_at(lanes, someone, urls)
        return jobs if all(one["finished_at"] for one in jobs) else None

    jobs = until(final, lanes.logs, within_s=120)
    assert {job["status"], *(one["status"] for one in jobs)} == {"succeeded"}
    # What ran, what was handed out, and its owner's next turn came before.
    before = [one for one in jobs if one["started_at"] < job["started_at"]]
    assert len(before) < MANY // 8

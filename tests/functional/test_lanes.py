import pytest

from tests.model_server_scripts import known_words
from tests.stack import OwnRedis, until
from tests.stack_client import SUGGESTIONS, Writer, ask_all, order, some_text

SLOTS = 4
MANY = 200
VERY_MANY = 5000
AT_ONCE = 20


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
def someone(lanes, model):
    model.plan(lambda call: known_words(call, before_first_s=0.2))
    with Writer(lanes.url) as writer:
        writer.http.get("/api/v1/limits")
        yield writer


def begin_bulk(lanes, writer, count):
    """Submit so many jobs that nobody waits for; return their addresses."""
    bodies = [order(some_text(), lane="bulk") for _ in range(count)]
    requests = [("POST", SUGGESTIONS, body) for body in bodies]
    jobs = list(ask_all(lanes.url, writer.session, requests, at_once=AT_ONCE))
    assert {job["queue"]["name"] for job in jobs} == {"bulk"}
    return [job["urls"]["self"] for job in jobs]


def statuses(lanes, writer, urls):
    requests = [("GET", url, None) for url in urls]
    return [job["status"] for job in ask_all(lanes.url, writer.session, requests, at_once=AT_ONCE)]


@pytest.mark.parametrize("count", [MANY, pytest.param(VERY_MANY, marks=pytest.mark.deep)])
def test_somebody_who_waits_is_not_held_up_by_bulk_work(lanes, someone, count):
    urls = begin_bulk(lanes, someone, count)
    job = someone.finish(order(some_text()))
    behind = statuses(lanes, someone, urls[-count // 4 :])
    cancelled = [("POST", f"{url}/cancel", None) for url in urls]
    list(ask_all(lanes.url, someone.session, cancelled, at_once=AT_ONCE))

    assert (job["status"], job["queue"]["name"]) == ("succeeded", "interactive")
    assert behind.count("queued") > count // 8


def test_one_owners_bulk_work_does_not_wait_for_all_of_anothers(lanes, someone):
    urls = begin_bulk(lanes, someone, MANY)
    with Writer(lanes.url) as other:
        job = other.finish(order(some_text(), lane="bulk"))
    left = statuses(lanes, someone, urls).count("queued")

    assert job["status"] == "succeeded"
    assert left > MANY // 2
    until(lambda: "queued" not in statuses(lanes, someone, urls[-10:]), lanes.logs)
    assert set(statuses(lanes, someone, urls)) <= {"succeeded", "running"}

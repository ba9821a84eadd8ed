"""Each job counts once, whatever became of it, and costs what it says itself."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from shared.data.cached_users import CachedUserRepository
from shared.data.mongo.client import open_database
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import CacheServers
from shared.data.usage_owners import usage_owners
from tests.model_server_scripts import known_words, refuse
from tests.stack import until
from tests.stack_client import order, some_text
from workers.services.bookkeeping import Bookkeeper

USAGE = "/api/v1/analytics/usage"
TOKENS = ("input_tokens", "cached_tokens", "output_tokens")


def report(writer, **query):
    answer = writer.http.get(USAGE, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def told_by(jobs):
    """Return what a report has to say about these jobs."""
    usage = [job["usage"] for job in jobs]
    return {
        "jobs": len(jobs),
        "joined": sum(job["dedup"]["joined"] for job in jobs),
        "cost_usd": pytest.approx(sum(each["cost_usd"] or 0 for each in usage), abs=1e-12),
        **{name: sum(each[name] for each in usage) for name in TOKENS},
    }


def outcomes(jobs):
    return Counter(job["outcome"] or job["status"] for job in jobs)


class Day:
    """What a writer does in a day, some of it twice, some of it in vain."""

    def __init__(self, writer, stack, model):
        self.writer, self.stack, self.model = writer, stack, model

    def plainly(self):
        """One job, asked for again under its key, and once more from the cache."""
        body = order(some_text())
        first = self.writer.begin(body, Idempotency_Key=body["document"]["content"])
        self.writer.ended(first)
        again = self.writer.begin(body, Idempotency_Key=body["document"]["content"])
        assert again == first
        return [first, self.writer.begin(body), self.writer.begin(body)]

    def together(self):
        """A leader that is cancelled, and followers, one of whom pays in the end."""
        text = some_text()
        leader, hold = self.writer.begin_held(self.model, text)
        followers = [self.writer.begin(order(text)) for _ in range(3)]
        self.writer.cancel(leader)
        self.writer.cancel(followers[0])
        hold.set()
        self.writer.ended(followers[1])
        return [leader, *followers, self.writer.begin(order(text))]

    def in_vain(self):
        """One that is cancelled by itself, one that fails, and its second try."""
        stopped, _ = self.writer.begin_held(self.model, some_text())
        self.writer.cancel(stopped)
        self.model.plan(lambda _: refuse())
        failed = self.writer.begin(order(some_text()))
        self.writer.ended(failed)
        self.model.plan(known_words)
        answer = self.writer.http.post(f"/api/v1/jobs/{failed}/retry")
        return [stopped, failed, answer.json()["id"]]

    def taken_over(self):
        """One whose worker is killed after it had shown something."""
        job, _ = self.writer.begin_held(self.model, some_text())
        with self.writer.follow(job) as events:
            next(event for event in events if event.name == "suggestion.created")
        self.model.plan(known_words)
        self.stack.processes["interactive"].kill()
        self.stack.replace("interactive")
        return [job]


@pytest.fixture
def day(apart_writer, workers, model):
    """Return all jobs of a day, once each has ended."""
    made = Day(apart_writer, workers, model)
    ids = [*made.plainly(), *made.together(), *made.in_vain(), *made.taken_over()]
    return [apart_writer.ended(job_id) for job_id in ids]


@pytest.fixture
def books(apart):
    """Return what copies the counts, and the Redis they are in."""
    settings = apart.stack.settings
    database = open_database(settings)
    with Redis.from_url(str(settings.redis_uri), decode_responses=True) as redis:
        keys, servers = KeySpace(settings.partitions), CacheServers(redis, redis, are_one=True)
        users = CachedUserRepository(database, servers, keys)
        yield Bookkeeper(usage_owners(database, redis, keys), users), redis
    database.client.close()


def test_each_job_counts_once_and_costs_what_it_says(apart_writer, day, books):
    whole = report(apart_writer)["total"]
    by_outcome = Counter(whole["by_kind"]["suggestion"])
    bookkeeper, redis = books

    assert by_outcome == outcomes(day)
    assert {"complete", "cached", "cancelled", "failed"} <= set(by_outcome)
    assert {name: whole[name] for name in told_by(day)} == told_by(day)
    assert whole["cached_share"] == round(by_outcome["cached"] / len(day), 4)

    with ThreadPoolExecutor(4) as pool:  # many bookkeepers, each more than once
        list(pool.map(lambda _: bookkeeper.copy(), range(8)))
    assert report(apart_writer)["total"] == whole

    for key in redis.scan_iter("*usage:*"):
        redis.delete(key)
    assert report(apart_writer)["total"] == whole


def test_days_without_jobs_are_there_too(writer):
    days = report(writer, **{"from": "2026-01-30", "to": "2026-02-02"})["days"]

    assert [each["day"] for each in days] == [
        "2026-01-30",
        "2026-01-31",
        "2026-02-01",
        "2026-02-02",
    ]
    assert {each["jobs"] for each in days} == {0}
    assert len(report(writer)["days"]) == 30


def test_nobody_sees_what_others_used(writer, other_writer):
    writer.finish(order(some_text()))
    until(lambda: report(writer)["total"]["jobs"], lambda: "it never counted")

    assert report(other_writer)["total"]["jobs"] == 0


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-02-02", "to": "2026-02-01"},
        {"from": "2024-01-01", "to": "2026-02-01"},
        {"from": "yesterday"},
        {"to": "2026-02-30"},
        {"since": "2026-02-01"},
        {"from": "0001-01-01", "to": "0001-01-02", "x": "1"},
        {"to": "0001-01-01"},
    ],
)
def test_a_time_that_makes_no_sense_is_refused(writer, query):
    answer = writer.http.get(USAGE, params=query)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"


def test_how_templates_do_is_for_admins(writer):
    answer = writer.http.get("/api/v1/analytics/templates")

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "FORBIDDEN"

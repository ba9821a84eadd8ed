from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict
from types import SimpleNamespace

import pytest

from shared.data.redis.depths import Depths
from shared.data.redis.lane_pauses import Pauses
from shared.data.redis.shelf import ShelvedWork
from shared.errors import NotFoundError, StoreUnavailableError
from shared.jobs.names import QueueName
from shared.jobs.workers import WorkerState
from web.services.ops import OpsDesk, OpsReadings

WORKER = WorkerState("bulk@h/1", "worker", "h", 1, "1", 0, queues=("bulk-rescue", "bulk"), slots=50)


class FakeParts:
    """Every store in one: answers, or is away by name."""

    def __init__(self):
        self.away, self.deeds, self.paused, self.asked = set(), [], {"bulk": 7}, []
        self.shelved = [ShelvedWork(f"job_{n:032}p0", 1_000_000 - n) for n in range(120)]
        lanes = Counter({("bulk", "queued"): 5, ("bulk", "leased"): 2})
        failures = Counter({("chat", "POISONED"): 9, ("chat", "PROVIDER_ERROR"): 1})
        self.found = Depths(lanes=lanes, failures=failures)

    def answer(self, name, value):
        def read(*_, **__):
            if name in self.away:
                raise StoreUnavailableError("away")
            return value

        return read

    def newest(self, at_most, before=None):
        self.answer("redis", None)()
        first = self.shelved.index(before) + 1 if before else 0
        letters = self.shelved[first : first + at_most]
        return [SimpleNamespace(**asdict(letter)) for letter in letters]

    @contextmanager
    def recorded(self, deed):
        self.answer("mongo", None)()
        self.deeds.append((deed.who, deed.what, deed.about, deed.request_id))
        yield


@pytest.fixture
def parts():
    return FakeParts()


@pytest.fixture
def desk(parts):
    answer = parts.answer
    readings = OpsReadings(
        depths=SimpleNamespace(read=answer("redis", parts.found)),
        pauses=SimpleNamespace(
            read=answer("redis", Pauses(3, parts.paused)),
            pause=lambda lane: parts.asked.append(("pause", lane)),
            resume=lambda lane: parts.asked.append(("resume", lane)),
        ),
        workers=SimpleNamespace(living=answer("redis", [WORKER])),
        board=SimpleNamespace(
            held=answer("redis", "held"),
            waits=answer("redis", "waits"),
            failures=answer("redis", Counter({("chat", "PROVIDER_ERROR"): 1})),
        ),
        provider=SimpleNamespace(
            budget_today=answer("redis", "budget"), breakers=answer("redis", [])
        ),
    )
    shelf = SimpleNamespace(count=answer("redis", 1), newest=parts.newest)
    audit = SimpleNamespace(newest=answer("mongo", ["entry"]), recorded=parts.recorded)
    return OpsDesk(readings, SimpleNamespace(shelf=shelf), audit)


class TestOverview:
    def test_it_adds_up_each_lane(self, desk):
        interactive, bulk, isolate = desk.overview().lanes

        assert (bulk.queued, bulk.leased, bulk.waiting, bulk.capacity) == (5, 2, 0, 50)
        assert (bulk.paused_ms, interactive.paused_ms) == (7, None)
        assert [lane.can_pause for lane in (interactive, bulk, isolate)] == [True, True, False]

    def test_what_fails_today_comes_first(self, desk):
        seen = [(one.code, one.today, one.in_all) for one in desk.overview().failures]

        assert seen == [("PROVIDER_ERROR", 1, 1), ("POISONED", 0, 9)]

    def test_without_redis_the_audit_log_is_shown(self, desk, parts):
        parts.away.add("redis")
        seen = desk.overview()

        assert seen.audit == ["entry"]
        assert (seen.lanes, seen.held, seen.shelf, seen.budget) == (None, None, None, None)

    def test_without_mongo_all_else_is_shown(self, desk, parts):
        parts.away.add("mongo")
        seen = desk.overview()

        assert seen.audit is None
        assert seen.lanes


class TestShelf:
    def test_each_page_names_the_next(self, desk, parts):
        pages = [desk.shelf()]
        while pages[-1].older:
            pages.append(desk.shelf(pages[-1].older))

        assert [len(page.letters) for page in pages] == [50, 50, 20]
        shown = [letter.work_id for page in pages for letter in page.letters]
        assert shown == [one.work_id for one in parts.shelved]

    @pytest.mark.parametrize("before", ["x", "1", "1-job_1", f"{'9' * 16}-job_{0:032}p0"])
    def test_what_names_no_place_is_the_first_page(self, desk, before):
        assert desk.shelf(before) == desk.shelf()


class TestSwitch:
    def test_it_is_written_down_before_it_is_done(self, desk, parts):
        desk.switch("pause", "bulk", "ada", "req-1")
        desk.switch("resume", "bulk", "ada", "req-2")

        assert parts.deeds == [
            ("ada", "pause", "bulk", "req-1"),
            ("ada", "resume", "bulk", "req-2"),
        ]
        assert parts.asked == [("pause", QueueName.BULK), ("resume", QueueName.BULK)]

    def test_what_cannot_be_written_down_is_not_done(self, desk, parts):
        parts.away.add("mongo")
        with pytest.raises(StoreUnavailableError):
            desk.switch("pause", "bulk", "ada", "req-1")

        assert parts.asked == []

    @pytest.mark.parametrize("lane", ["isolate", "rescue", "x"])
    def test_there_are_two_lanes_to_pause(self, desk, lane):
        with pytest.raises(NotFoundError):
            desk.switch("pause", lane, "ada", "req-1")

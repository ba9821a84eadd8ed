import orjson
import pytest

from shared.jobs.batches import KnownSection, SectionResult
from shared.jobs.names import QueueName
from shared.jobs.records import Usage
from shared.jobs.states import Outcome, Status
from tests.unit.shared.data.batch_house import USED, BatchHouse, result, section, spot

KNOWN = KnownSection(result(1), saved_usd=0.5)
NOTHING = KnownSection(SectionResult(), is_cached=False)


@pytest.fixture
def house(redis):
    return BatchHouse(redis)


class TestSettingOut:
    def test_the_batch_waits_for_its_sections_and_nobody_holds_it(self, house):
        house.set_out(section(1), section(2))
        job = house.job()

        assert (job.status, job.wait_reason, job.wait_until_ms) == ("waiting", "dependency", None)
        assert house.redis.zcard(house.partition.leases) == 0
        assert house.counts() == {"queued": 2}
        assert house.told("job.waiting") == [{"reason": "dependency", "until": None}]

    def test_a_batch_jumps_the_lines_of_its_lane(self, house):
        admitted = house.submit(kind="batch", lane=QueueName.BULK, queue=QueueName.BULK_RESCUE)

        assert admitted.to_wake == (admitted.job_id,)
        assert house.redis.zcard(house.partition.ready(QueueName.BULK_RESCUE)) == 1

    def test_sections_are_handed_out_by_the_window(self, house):
        house.set_out(*(section(n) for n in range(1, 6)))

        assert len(house.woken) == 2
        assert house.redis.zcard(house.partition.held("section")) == 3
        assert house.redis.zcard(house.partition.held(QueueName.BULK)) == 0

    def test_what_all_share_is_found_by_each(self, house):
        children = house.set_out(section(1))

        assert house.batches.common(children[1]) == '{"title":"T"}'

    def test_spawning_again_passes_over_what_is_there(self, house):
        lease = house.plan(section(1), total=1)
        before = house.children()
        house.plan(section(1), claims=(house.batch, lease), total=1)

        assert house.children() == before
        assert house.redis.llen(house.partition.plan(house.batch.job_id)) == 1

    def test_another_plan_than_before_is_refused(self, house):
        lease = house.plan(section(1))
        with pytest.raises(Exception, match="planned otherwise"):
            house.plan(section(1, spot=spot(1, 7)), claims=(house.batch, lease))

    def test_who_lost_the_lease_spawns_nothing(self, house):
        batch, lease = house.begin(kind="batch", lane=QueueName.BULK)
        house.lapse(lease)
        house.sweep()
        house.plan(section(1), claims=(batch, lease))

        assert house.children() == {}
        assert not house.batches.set_out(lease)

    def test_setting_out_twice_does_no_harm(self, house):
        lease = house.plan(section(1))

        assert house.batches.set_out(lease)
        assert house.batches.set_out(lease)
        assert house.told().count("job.waiting") == 1


class TestTheEndOfASection:
    def test_the_last_one_ends_the_batch(self, house):
        first, second = map(house.take, house.set_out(section(1), section(2)).values())
        house.succeed(second, 5)
        assert house.job().status == "waiting"
        house.succeed(first, 1, 20)
        job = house.job()

        assert (job.status, job.outcome) == (Status.SUCCEEDED, Outcome.COMPLETE)
        assert job.progress == {"done": 2, "total": 2}
        assert house.told()[-1] == "end"
        assert house.counts() == {"succeeded": 2}

    def test_suggestions_stand_in_the_whole_document(self, house):
        leases = [house.take(one) for one in house.set_out(section(1), section(2)).values()]
        house.succeed(leases[1], 5)
        house.succeed(leases[0], 1, 20)
        found = orjson.loads(house.job().result)["suggestions"]
        told = [one["suggestion"] for one in house.told("suggestion.created")]

        assert [(one["id"], one["start"], one["end"]) for one in found] == [
            ("sg_1_1", 1, 4),
            ("sg_1_2", 20, 23),
            ("sg_2_1", 105, 108),
        ]
        assert sorted(told, key=lambda one: one["id"]) == found

    def test_each_is_told_of_on_the_one_log(self, house):
        lease = house.take(house.set_out(section(1, spot=spot(1, name="intro")))[1])
        house.succeed(lease, 1)

        assert house.told("section.started") == [
            {"section_id": "sec_1", "custom_id": "intro", "attempt": 1}
        ]
        assert house.told("section.completed") == [
            {"section_id": "sec_1", "custom_id": "intro", "cached": False, "suggestions": 1}
        ]

    def test_its_usage_is_the_batchs(self, house):
        for lease in map(house.take, house.set_out(section(1), section(2)).values()):
            house.succeed(lease)
        job = house.job()

        assert job.usage == Usage(200, 0, 20, 0.004)
        assert house.told("usage.updated")[-1]["usage"]["cost_usd"] == 0.004
        day = next(iter(house.redis.scan_iter("*usage:s*")))
        counted = house.redis.hgetall(day)
        assert (counted["cost_nusd"], counted["jobs:batch:complete"]) == ("4000000", "1")
        assert "jobs:section:complete" not in counted

    def test_a_price_that_nobody_knows_is_none(self, house):
        lease = house.take(house.set_out(section(1))[1])
        house.succeed(lease, usage=Usage(1, 0, 1, None))

        assert house.job().usage.cost_usd is None

    def test_its_own_keys_go(self, house):
        children = house.set_out(section(1))
        house.succeed(house.take(children[1]))
        left = set(house.redis.scan_iter(f"*{children[1]}"))

        assert left == {house.partition.work(children[1])}
        assert 0 < house.redis.pttl(house.partition.work(children[1])) <= 10_000

    def test_asked_twice_it_is_told_once(self, house):
        children = house.set_out(section(1), section(2))
        lease = house.take(children[1])
        house.succeed(lease, 1)
        house.succeed(lease, 1)

        assert len(house.told("section.completed")) == 1
        assert house.counts() == {"succeeded": 1, "queued": 1}

    def test_who_lost_it_changes_nothing(self, house):
        lease = house.take(house.set_out(section(1))[1])
        house.lapse(lease)
        house.sweep()
        with pytest.raises(AssertionError):
            house.succeed(lease, 1)

        assert house.told("section.completed") == []

    def test_what_is_kept_lives_as_long_as_the_job(self, house):
        house.succeed(house.take(house.set_out(section(1))[1]))
        keys, batch = house.partition, house.batch.job_id

        for key in (keys.batch(batch), keys.plan(batch), keys.outcomes(batch), keys.common(batch)):
            assert 0 < house.redis.pttl(key) <= 100_000


class TestWhatIsKnown:
    def test_it_needs_no_worker(self, house):
        house.set_out(section(1, known=KNOWN), section(2, known=KNOWN))
        job = house.job()

        assert (job.status, job.outcome) == (Status.SUCCEEDED, Outcome.CACHED)
        assert house.batches.find(house.batch.job_id).saved_usd == 1.0
        assert len(house.told("suggestion.created")) == 2
        assert job.usage == Usage()

    def test_beside_others_the_batch_is_complete(self, house):
        children = house.set_out(section(1, known=KNOWN), section(2), section(3, known=NOTHING))
        house.succeed(house.take(children[2]))

        assert house.job().outcome is Outcome.COMPLETE
        assert house.batches.find(house.batch.job_id).cached == 1

    def test_nothing_to_ask_about_is_a_success(self, house):
        house.set_out(section(1, known=NOTHING))

        assert house.job().outcome is Outcome.COMPLETE

    def test_but_not_when_all_others_failed(self, house):
        children = house.set_out(section(1, known=NOTHING), section(2))
        house.fail(house.take(children[2]))

        assert house.job().status is Status.FAILED


class TestFailures:
    def test_some_make_it_partial(self, house):
        first, second = map(house.take, house.set_out(section(1), section(2)).values())
        house.fail(first)
        house.succeed(second, 1)

        assert (house.job().status, house.job().outcome) == (Status.SUCCEEDED, Outcome.PARTIAL)
        assert house.told("section.failed")[0]["error"]["code"] == "CONTENT_REFUSED"
        assert house.states() == ["failed", "succeeded"]

    def test_another_models_answers_make_it_degraded(self, house):
        first, second = map(house.take, house.set_out(section(1), section(2)).values())
        house.succeed(first, 5, outcome=Outcome.DEGRADED, answered_by="other-1")
        house.succeed(second, 7)
        job = house.job()

        assert (job.status, job.outcome) == (Status.SUCCEEDED, Outcome.DEGRADED)
        assert job.about["model"] == "other-1"

    def test_all_make_it_fail_with_the_first_error(self, house):
        for lease in map(house.take, house.set_out(section(1), section(2)).values()):
            house.fail(lease)

        assert house.job().status is Status.FAILED
        assert house.job().error["code"] == "CONTENT_REFUSED"

    def test_the_first_one_may_stop_the_rest(self, house):
        children = house.set_out(*(section(n) for n in (1, 2, 3)), stops_on_error=True)
        first, second = house.take(children[1]), house.take(children[2])
        house.fail(first)
        assert house.job().status is Status.WAITING
        house.stop(second)

        assert house.job().status is Status.FAILED
        assert house.job().error["code"] == "CONTENT_REFUSED"
        assert house.states() == ["failed", "cancelled", "cancelled"]

    def test_one_that_kills_its_workers_fails_in_its_batch(self, house):
        child = house.set_out(section(1))[1]
        for _ in range(3):
            house.lapse(house.take(child))
            house.sweep()

        assert house.job().error["code"] == "POISONED"
        assert house.redis.zcard(house.partition.shelf) == 0


class TestCancelling:
    def test_what_waits_ends_at_once(self, house):
        house.set_out(section(1), section(2))

        assert house.cancel(house.batch)
        assert house.job().status is Status.CANCELLED
        assert house.states() == ["cancelled", "cancelled"]
        assert house.redis.zcard(house.partition.held("section")) == 0

    def test_what_runs_is_stopped_first_and_what_is_done_is_kept(self, house):
        children = house.set_out(section(1), section(2), section(3))
        house.succeed(house.take(children[1]), 1)
        running = house.take(children[2])

        assert not house.cancel(house.batch)
        assert house.leases.renew([running])[0][1] == "stop"
        house.stop(running)
        assert house.job().status is Status.CANCELLED
        assert house.states() == ["succeeded", "cancelled", "cancelled"]
        assert house.job().usage == USED + USED
        assert house.told().count("end") == 1

    def test_a_worker_that_dies_meanwhile_does_not_keep_it(self, house):
        running = house.take(house.set_out(section(1))[1])
        house.cancel(house.batch)
        house.lapse(running)
        house.sweep()

        assert house.job().status is Status.CANCELLED

    def test_while_it_is_planned(self, house):
        lease = house.plan(section(1), total=1)
        assert not house.cancel(house.batch)
        assert house.batches.set_out(lease)

        assert house.job().status is Status.CANCELLED
        assert house.states() == ["cancelled"]

    def test_deleted_it_leaves_nothing_behind(self, house):
        children = house.set_out(section(1), section(2))
        running = house.take(children[1])
        house.jobs.delete(house.batch.job_id, owner=house.caller.owner)
        house.stop(running)

        lives = [house.redis.pttl(key) for key in house.redis.scan_iter("*job_*")]
        assert -1 < min(lives) <= max(lives) <= 10_000

from dataclasses import replace

import pytest

from shared.jobs.leases import Fate
from shared.jobs.names import QueueName
from shared.jobs.records import Usage
from shared.jobs.states import Outcome, Status
from shared.jobs.suggestion_events import progress_event
from tests.unit.shared.data.redis_house import (
    CLAIMANT,
    CREATED,
    FAILURE,
    ORDER,
    RETENTION_S,
    SUCCESS,
)


class TestClaim:
    def test_it_gives_the_work_once(self, house):
        admitted = house.submit()
        lease, second = house.claim(admitted), house.claim(admitted)

        assert (lease.fence, lease.attempt, lease.request_id) == (1, 1, "req-1")
        assert 0 < lease.remaining_ms <= 60_000
        assert second is None

    @pytest.mark.parametrize("job_id", ["nonsense", f"job_{0:032}p0"])
    def test_it_gives_nothing_for_an_unknown_id(self, house, job_id):
        assert house.leases.claim(job_id, QueueName.INTERACTIVE, CLAIMANT, claim_id="x") is None

    def test_it_gives_nothing_once_the_work_is_done(self, house):
        admitted, lease = house.begin()
        house.finish(lease, SUCCESS)

        assert house.claim(admitted) is None

    def test_the_job_runs_then(self, house):
        admitted, _ = house.begin()
        job = house.find(admitted)

        assert (job.status, job.attempt, job.position) == (Status.RUNNING, 1, None)
        assert house.log(admitted) == ["job.queued", "job.started"]

    def test_no_key_of_running_work_has_a_time_to_live(self, house):
        _, lease = house.begin(mark="m1")
        house.append(lease, [CREATED])

        assert set(house.lives().values()) == {-1}


class TestRenew:
    def test_it_says_that_the_work_is_held(self, house):
        leases = [house.begin()[1] for _ in range(3)]

        assert house.leases.renew(leases) == [(lease, Fate.HELD) for lease in leases]

    def test_it_says_that_the_work_is_to_stop(self, house):
        admitted, lease = house.begin()
        house.cancel(admitted)

        assert house.leases.renew([lease]) == [(lease, Fate.STOP)]

    def test_it_says_that_another_has_it(self, house):
        admitted, lease = house.begin()
        house.lapse(lease)
        house.sweep()
        newer = house.claim(admitted)

        assert dict(house.leases.renew([lease, newer])) == {lease: Fate.LOST, newer: Fate.HELD}

    def test_it_brings_no_dead_lease_back(self, house):
        _, lease = house.begin()
        house.finish(lease, SUCCESS)
        house.leases.renew([lease])

        assert house.redis.zcard(house.partition.leases) == 0


class TestProgress:
    def test_the_job_shows_how_far_its_work_is(self, house):
        admitted, lease = house.begin()
        assert house.find(admitted).progress is None
        house.append(lease, [progress_event(1, 3), CREATED])

        assert house.find(admitted).progress == {"done": 1, "total": 3}

    def test_it_is_withdrawn_with_what_was_shown(self, house):
        admitted, lease = house.begin()
        house.append(lease, [progress_event(1, 3)])
        house.lapse(lease)
        house.sweep()

        assert house.find(admitted).progress is None


class TestAnOldFence:
    @pytest.fixture
    def takeover(self, house):
        admitted, old = house.begin()
        house.append(old, [CREATED])
        house.lapse(old)
        house.sweep()
        return admitted, old, house.claim(admitted)

    def test_it_cannot_append(self, house, takeover):
        admitted, old, new = takeover
        before = house.log(admitted)

        assert not house.append(old, [CREATED])
        assert house.log(admitted) == before
        assert house.append(new, [CREATED])

    def test_it_cannot_finish(self, house, takeover):
        admitted, old, new = takeover

        assert not house.finish(old, FAILURE)
        assert house.find(admitted).status is Status.RUNNING
        assert house.finish(new, SUCCESS)
        assert not house.finish(old, FAILURE)
        assert house.find(admitted).status is Status.SUCCEEDED

    def test_what_it_showed_is_withdrawn(self, house, takeover):
        admitted, _, new = takeover
        house.finish(new, SUCCESS)
        names = house.log(admitted)

        assert names == [
            *("job.queued", "job.started", "suggestion.created"),
            *("output.reset", "job.started", "end"),
        ]
        assert [entry.seq for entry in house.entries(admitted)] == [1, 2, 3, 4, 5, 6]


class TestFinish:
    def test_it_ends_the_work_in_one_step(self, house):
        admitted, lease = house.begin()
        spent = Usage(10, 0, 5, 0.001)
        house.finish(lease, replace(SUCCESS, usage=spent, last_events=(CREATED,)))
        job = house.find(admitted)

        assert (job.status, job.outcome) == (Status.SUCCEEDED, Outcome.COMPLETE)
        assert (job.result, job.usage) == (SUCCESS.result, spent)
        assert house.log(admitted)[-2:] == ["suggestion.created", "end"]
        assert job.final_seq == 4

    def test_asking_twice_does_no_harm(self, house):
        admitted, lease = house.begin()
        house.finish(lease, SUCCESS)

        assert house.finish(lease, SUCCESS)
        assert house.log(admitted).count("end") == 1

    def test_it_ends_everyone_who_waits(self, house):
        leader, lease = house.begin(mark="m1")
        followers = [house.submit(mark="m1") for _ in range(3)]
        house.finish(lease, FAILURE)
        ended = [house.find(one) for one in (leader, *followers)]

        assert {job.status for job in ended} == {Status.FAILED}
        assert {job.error["code"] for job in ended} == {"PROVIDER_ERROR"}

    def test_only_the_payer_shows_what_it_cost(self, house):
        leader, lease = house.begin(mark="m1")
        follower = house.submit(mark="m1")
        house.finish(lease, replace(SUCCESS, usage=Usage(10, 0, 5, 0.001)))

        assert house.find(leader).usage.input_tokens == 10
        assert house.find(follower).usage == Usage()

    def test_a_payer_that_leaves_shows_nothing_of_earlier_tries(self, house):
        leader, lease = house.begin(mark="m1")
        follower = house.submit(mark="m1")
        house.leases.give_back(lease, "provider_backoff", Usage(10, 0, 5, 0.1), wait_ms=50)
        house.cancel(leader)

        assert house.find(leader).usage == Usage()
        assert house.find(follower).usage == Usage(10, 0, 5, 0.1)

    @pytest.mark.parametrize("ending", [SUCCESS, FAILURE])
    def test_nothing_of_it_stays_for_ever(self, house, ending):
        _, lease = house.begin(mark="m1")
        house.submit(mark="m1")
        house.finish(lease, ending)
        lives = house.lives()

        assert min(lives.values()) > 0
        assert not [key for key in lives if ":members:" in key]
        assert house.redis.zcard(house.partition.leases) == 0
        assert max(ms for key, ms in lives.items() if ":result:" in key or ":log:" in key) <= (
            RETENTION_S * 1000
        )

    def test_what_another_model_answered_is_told_and_not_shared(self, house):
        other = replace(SUCCESS, outcome=Outcome.DEGRADED, answered_by="other-1")
        leader, lease = house.begin(mark="m1")
        follower = house.submit(mark="m1")
        house.finish(lease, other)
        later = house.submit(mark="m1")

        assert {house.find(one).about["model"] for one in (leader, follower)} == {"other-1"}
        assert later.verdict == "accepted"
        assert house.find(later).about["model"] == ORDER.about["model"]

    def test_what_its_own_model_answered_is_shared_for_a_while(self, house):
        _, lease = house.begin(mark="m1")
        house.finish(lease, SUCCESS)

        assert house.submit(mark="m1").verdict == "joined"

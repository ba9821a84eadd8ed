import pytest

from shared.errors import GoneError, NotFoundError
from shared.jobs.states import Status
from tests.unit.shared.data.redis_house import CREATED, RETENTION_S, SUCCESS


class TestFind:
    @pytest.mark.parametrize("job_id", ["", "job_1", f"job_{0:032}p0", "job_" + "0" * 32 + "p7"])
    def test_it_knows_no_such_job(self, house, job_id):
        with pytest.raises(NotFoundError):
            house.jobs.find(job_id, owner=house.caller.owner)

    def test_somebody_elses_job_looks_like_none(self, house):
        admitted = house.submit()

        with pytest.raises(NotFoundError) as theirs:
            house.find(admitted, house.enter())
        with pytest.raises(NotFoundError) as unknown:
            house.jobs.find(f"job_{0:032}p0", owner=house.caller.owner)

        assert theirs.value.message == unknown.value.message

    def test_it_is_gone_past_its_keeping_time(self, house):
        admitted, lease = house.begin()
        house.finish(lease, SUCCESS)
        seen_before, lives = house.find(admitted), house.lives()
        brief = [key for key, life in lives.items() if 0 < life <= RETENTION_S * 1000]
        house.redis.delete(*brief)  # as Redis does when that time is over

        assert seen_before.status is Status.SUCCEEDED
        with pytest.raises(GoneError):
            house.find(admitted)


class TestCancel:
    def test_work_that_nobody_began_ends_at_once(self, house):
        admitted = house.submit(mark="m1")

        assert house.cancel(admitted)
        assert house.find(admitted).status is Status.CANCELLED
        assert house.log(admitted) == ["job.queued", "end"]
        assert house.claim(admitted) is None
        assert min(house.lives().values()) > 0

    def test_work_that_runs_is_stopped_by_its_worker(self, house):
        admitted, _ = house.begin(mark="m1")

        assert not house.cancel(admitted)
        assert house.find(admitted).status is Status.RUNNING
        assert house.submit(mark="m1").verdict == "accepted"

    def test_asking_again_does_no_harm(self, house):
        running, _ = house.begin()
        queued = house.submit()
        house.cancel(queued)
        house.cancel(running)

        assert house.cancel(queued)
        assert not house.cancel(running)

    def test_a_final_job_stays_as_it_is(self, house):
        admitted, lease = house.begin()
        house.finish(lease, SUCCESS)

        assert house.cancel(admitted)
        assert house.find(admitted).status is Status.SUCCEEDED

    def test_it_is_for_the_owner_alone(self, house):
        admitted = house.submit()

        with pytest.raises(NotFoundError):
            house.cancel(admitted, house.enter())
        assert house.find(admitted).status is Status.QUEUED


class TestCancelOfSharedWork:
    @pytest.mark.parametrize("quitter", [0, 1])
    def test_whoever_leaves_the_others_go_on(self, house, quitter):
        jobs = [house.submit(mark="m1"), house.submit(mark="m1")]
        lease = house.claim(jobs[0])
        leaver, stayer = jobs[quitter], jobs[1 - quitter]
        assert house.cancel(leaver)
        house.append(lease, [CREATED])
        house.finish(lease, SUCCESS)

        assert house.find(leaver).status is Status.CANCELLED
        assert house.find(leaver).result is None
        assert house.find(stayer).status is Status.SUCCEEDED

    def test_the_last_to_leave_stops_the_work(self, house):
        jobs = [house.submit(mark="m1"), house.submit(mark="m1")]
        house.claim(jobs[0])

        assert [house.cancel(job) for job in jobs] == [True, False]

    def test_one_who_stays_pays_for_a_leader_who_left(self, house):
        leader, _ = house.begin(mark="m1")
        follower = house.submit(mark="m1")
        house.cancel(leader)

        assert house.redis.hget(house.partition.work(leader.job_id), "payer") == follower.job_id

    def test_what_a_leaver_saw_stands_still(self, house):
        _, lease = house.begin(mark="m1")
        follower = house.submit(mark="m1")
        house.append(lease, [CREATED])
        house.cancel(follower)
        before = house.find(follower)
        house.append(lease, [CREATED, CREATED])

        assert house.find(follower) == before
        assert before.final_seq == 4

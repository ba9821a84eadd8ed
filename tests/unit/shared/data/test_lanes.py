import pytest

from shared.errors import IdempotencyMismatchError, OverloadedError
from shared.jobs.leases import Claimant
from shared.jobs.names import QueueName
from shared.jobs.records import Idempotency, Usage
from shared.jobs.states import Status
from tests.unit.shared.data.redis_house import FAILURE, POLICY, SUCCESS

BULK = QueueName.BULK


def bulk(house, count, caller=None, **order):
    return [house.submit(caller, lane=BULK, **order) for _ in range(count)]


def woken(admitted):
    return [job_id for each in admitted for job_id in each.to_wake]


def ids(admitted):
    return [each.job_id for each in admitted]


class TestTheBulkLane:
    def test_no_more_than_the_window_is_handed_out(self, house):
        sent = bulk(house, 5)

        assert woken(sent) == ids(sent)[: POLICY.bulk_window]

    def test_each_claim_hands_out_the_next(self, house):
        sent = bulk(house, 5)
        lease = house.claim(sent[0])

        assert lease.to_wake == (sent[2].job_id,)

    def test_owners_take_turns(self, house):
        first = bulk(house, 5)
        other = bulk(house, 2, house.enter())
        third = bulk(house, 1, house.enter())
        handed_out = [*first[:2]]
        order = []
        while handed_out:
            lease = house.claim(handed_out.pop(0))
            house.finish(lease, SUCCESS)
            order += lease.to_wake
            handed_out += [one for one in (*first, *other, *third) if one.job_id in lease.to_wake]

        a, b, c = ids(first), ids(other), ids(third)
        assert order == [a[2], b[0], c[0], a[3], b[1], a[4]]

    def test_the_sweeper_hands_out_what_has_room(self, house):
        sent = bulk(house, 4)
        house.cancel(sent[0])

        assert house.sweep() == [(sent[2].job_id, "bulk", "turn")]

    def test_what_is_cancelled_while_held_back_leaves_its_line(self, house):
        sent = bulk(house, 3)
        house.cancel(sent[2])

        assert house.claim(sent[0]).to_wake == ()
        assert house.find(sent[2]).status is Status.CANCELLED
        assert house.redis.zcard(house.partition.turns(BULK)) == 0

    def test_a_place_counts_what_is_held_back(self, house):
        sent = bulk(house, 4)

        assert [each.position for each in sent] == [1, 2, 3, 4]
        assert [house.find(each).position for each in sent] == [1, 2, 3, 4]

    def test_the_interactive_lane_hands_out_all(self, house):
        sent = [house.submit() for _ in range(POLICY.bulk_window + 2)]

        assert woken(sent) == ids(sent)

    def test_a_dead_workers_bulk_work_has_a_rescue_queue_of_its_own(self, house):
        admitted, lease = house.begin(lane=BULK)
        house.lapse(lease)

        assert house.sweep() == [(admitted.job_id, "bulk-rescue", "worker_lost")]

    def test_a_later_try_goes_before_what_has_not_begun(self, house):
        admitted, lease = house.begin(lane=BULK)
        house.leases.give_back(lease, "provider_backoff", Usage(), wait_ms=1000)
        house.wait_over(lease)

        assert house.sweep() == [(admitted.job_id, "bulk-rescue", "wait_over")]
        assert house.find(admitted).lane == "bulk"


class TestSomebodyWhoWaitsForBulkWork:
    def test_they_get_it_in_the_interactive_lane(self, house):
        *_, last = bulk(house, 3)
        held = house.submit(lane=BULK, mark="same")
        waiting = house.submit(mark="same")

        assert (waiting.verdict, waiting.to_wake) == ("joined", (held.job_id,))
        assert house.find(waiting).lane == "interactive"
        assert house.redis.zscore(house.partition.ready(QueueName.INTERACTIVE), held.job_id)
        assert house.redis.zrange(house.partition.held(BULK), 0, -1) == [last.job_id]

    def test_bulk_work_that_joins_interactive_work_changes_nothing(self, house):
        first = house.submit(mark="same")
        second = house.submit(lane=BULK, mark="same")

        assert (second.verdict, second.to_wake) == ("joined", ())
        assert house.find(first).lane == "interactive"

    def test_work_that_runs_goes_on_and_waits_in_the_other_lane(self, house):
        _, lease = house.begin(lane=BULK, mark="same")
        house.submit(mark="same")
        given = house.leases.give_back(lease, "handed_back", Usage())

        assert given == ("done", "rescue")
        assert house.redis.zscore(house.partition.ready(QueueName.RESCUE), lease.work_id)


class TestAClaimThatIsAskedAgain:
    def test_it_is_given_again_and_charged_once(self, house):
        admitted = house.submit()
        claimant = Claimant("w", "m")
        first = house.leases.claim(admitted.job_id, "interactive", claimant, claim_id="one")
        second = house.leases.claim(admitted.job_id, "interactive", claimant, claim_id="one")
        other = house.leases.claim(admitted.job_id, "interactive", claimant, claim_id="two")

        assert (first.fence, first.attempt, first.seq) == (second.fence, second.attempt, second.seq)
        assert other is None
        assert house.log(admitted).count("job.started") == 1


class TestWhatWasSpent:
    def test_a_next_try_knows_what_the_last_one_used(self, house):
        admitted, lease = house.begin()
        house.leases.give_back(lease, "provider_backoff", Usage(7, 1, 2, 0.5), wait_ms=1000)

        assert house.find(admitted).usage == Usage(7, 1, 2, 0.5)

        house.wait_over(lease)
        house.sweep()
        assert house.claim(admitted).spent == Usage(7, 1, 2, 0.5)


class TestAgain:
    @pytest.fixture
    def failed(self, house):
        admitted, lease = house.begin(mark="m")
        house.finish(lease, FAILURE)
        return admitted

    def again(self, house, failed, key=None, body="digest"):
        idempotency = Idempotency("retry", key, body) if key else None
        owner = house.caller.owner
        return house.jobs.again(failed.job_id, owner=owner, request_id="r", idempotency=idempotency)

    def test_the_same_key_makes_one_job(self, house, failed):
        first, second = self.again(house, failed, "k"), self.again(house, failed, "k")

        assert (second.job_id, second.is_replay) == (first.job_id, True)
        assert (first.to_wake, second.to_wake) == ((first.job_id,), ())

    def test_another_request_under_the_key_is_refused(self, house, failed):
        self.again(house, failed, "k")

        with pytest.raises(IdempotencyMismatchError):
            self.again(house, failed, "k", body="another")

    def test_a_full_lane_takes_no_more(self, house, failed):
        for _ in range(POLICY.queue_depth):
            house.redis.zadd(house.partition.ready("interactive"), {str(_): 1})

        with pytest.raises(OverloadedError):
            self.again(house, failed)

    def test_the_same_request_joins_it(self, house, failed):
        made = self.again(house, failed)

        assert house.submit(mark="m").verdict == "joined"
        assert house.find(house.submit(mark="m")).work_id == made.job_id

import pytest

from shared.data.redis.job_homes import JobHomes
from shared.data.redis.job_lists import JobLists
from shared.data.redis.job_moves import JobMoves
from shared.domain.identity import Caller, Credential, Tier, user_owner
from shared.errors import NotFoundError, UnauthenticatedError
from shared.jobs.names import JobKind, QueueName
from shared.jobs.records import Idempotency, JobFilter
from shared.jobs.states import Status
from tests.unit.shared.data.redis_house import FAILURE, POLICY, SUCCESS, RedisHouse

BULK = QueueName.BULK


class Partitioned(RedisHouse):
    """One with a session and a user whose jobs lie in different partitions."""

    def __init__(self, redis):
        super().__init__(redis, partitions=4)
        self.partition = self.keys.of_owner(self.caller.owner)
        users = map(a_user, range(100))
        self.user = next(u for u in users if self.keys.of_owner(u.owner) != self.partition)
        self.moves = JobMoves(redis, self.keys, POLICY)
        self.lists = JobLists(redis, self.keys)

    def move(self):
        self.moves.end_session(self.caller.owner, self.user.owner)
        self.moves.move(self.caller.owner, self.user.owner)

    def listed(self, *, limit=200):
        """Return the user's jobs, page by page."""
        shown, cursor = [], ""
        while cursor is not None:
            page, cursor = self.lists.page(
                self.user.owner, JobFilter(), limit=limit, cursor=cursor or None
            )
            shown += [job.id for job in page]
        return shown


def a_user(number):
    user_id = f"{number:032x}"
    login = {"user_id": user_id, "login_id": "l"}
    return Caller(user_owner(user_id), Tier.USER, Credential.BEARER, "192.0.2.1", **login)


@pytest.fixture
def house(redis):
    return Partitioned(redis)


def owner_of(house, admitted):
    return house.redis.hget(house.partition.job(admitted.job_id), "owner")


class TestMove:
    def test_jobs_in_every_state_are_the_users_and_go_on(self, house):
        _, running = house.begin()
        ended, lease = house.begin()
        house.finish(lease, SUCCESS)
        waits = house.submit()
        house.move()
        house.finish(running, SUCCESS)
        house.finish(house.claim(waits), SUCCESS)

        for job in (running.work_id, ended.job_id, waits.job_id):
            assert house.jobs.find(job, owner=house.user.owner).status is Status.SUCCEEDED
        assert house.redis.exists(house.partition.jobs_of(house.caller.owner)) == 0

    def test_it_takes_more_than_one_step_can(self, house):
        made = [house.submit().job_id for _ in range(205)]
        house.move()
        other = house.submit(house.user).job_id

        assert house.listed(limit=100) == [other, *reversed(made)]

    def test_it_may_be_taken_up_anywhere(self, house):
        made = [house.submit() for _ in range(3)]
        house.moves.end_session(house.caller.owner, house.user.owner)
        house.moves.move_some(house.caller.owner, house.user.owner, at_most=1)
        owners = [owner_of(house, one) for one in made]
        house.move()
        house.move()

        assert owners == [house.caller.owner] * 2 + [house.user.owner]
        assert house.listed() == [one.job_id for one in reversed(made)]

    def test_who_claims_hears_whose_it_is(self, house):
        admitted = house.submit()
        house.move()

        assert house.claim(admitted).owner == house.user.owner

    def test_jobs_of_others_stay_theirs(self, house):
        other = house.enter()
        admitted = house.submit(other)
        house.move()

        assert house.jobs.find(admitted.job_id, owner=other.owner).id == admitted.job_id

    def test_a_job_tried_again_stays_in_its_partition_and_is_listed(self, house):
        admitted, lease = house.begin()
        house.finish(lease, FAILURE)
        house.move()
        made = house.jobs.again(admitted.job_id, owner=house.user.owner, request_id="r")

        assert house.listed() == [made.job_id, admitted.job_id]
        assert house.keys.of_job(made.job_id) == house.partition
        assert JobHomes(house.redis, house.keys).of(house.user.owner)[1:] == [house.partition]


class TestSession:
    def test_it_begins_nothing_any_more(self, house):
        house.moves.end_session(house.caller.owner, house.user.owner)

        assert not house.moves.is_alive(house.caller.owner)
        with pytest.raises(UnauthenticatedError):
            house.submit()

    def test_what_was_opened_in_its_name_goes_on(self, house):
        admitted = house.submit()
        house.move()

        assert house.find(admitted).id == admitted.job_id
        assert house.cancel(admitted)
        assert house.find(admitted).status is Status.CANCELLED

    def test_its_name_opens_nothing_that_the_user_does_elsewhere(self, house):
        house.move()
        admitted = house.submit(house.user)

        with pytest.raises(NotFoundError):
            house.find(admitted)


class TestLines:
    def test_work_that_is_held_stands_in_the_users_line(self, house):
        window = [house.submit(lane=BULK) for _ in range(2)]
        held = [house.submit(lane=BULK).job_id for _ in range(3)]
        house.move()
        keys, user = house.partition, house.user.owner

        assert house.redis.zrange(keys.line(BULK, user), 0, -1) == held
        assert house.redis.zrange(keys.turns(BULK), 0, -1) == [user]
        assert house.redis.exists(keys.line(BULK, house.caller.owner)) == 0
        assert [*house.claim(window[0]).to_wake] == held[:1]
        assert house.jobs.cancel(held[1], owner=user)
        assert house.redis.zrange(keys.line(BULK, user), 0, -1) == held[2:]


class TestKeysOfTheCallersOwn:
    def test_an_idempotency_key_finds_the_job(self, house):
        first = house.submit_under("k")
        house.move()
        again = house.submit(house.user, idempotency=Idempotency("suggestions", "k", "digest"))

        assert (again.verdict, again.job_id) == ("replayed", first.job_id)

    def test_what_the_user_said_under_the_key_stands(self, house):
        key = Idempotency("suggestions", "k", "digest")
        house.submit_under("k")
        own = house.submit(house.user, idempotency=key)
        house.move()

        assert house.submit(house.user, idempotency=key).job_id == own.job_id

    def test_a_key_of_a_retry_finds_it_too(self, house):
        admitted, lease = house.begin()
        house.finish(lease, FAILURE)
        key = Idempotency("retry", "k", "digest")
        asked = {"request_id": "r", "idempotency": key}
        made = house.jobs.again(admitted.job_id, owner=house.caller.owner, **asked)
        house.move()
        again = house.jobs.again(admitted.job_id, owner=house.user.owner, **asked)

        assert (again.job_id, again.is_replay) == (made.job_id, True)

    def test_a_newer_job_of_the_user_ends_the_older_one(self, house):
        older = [house.submit(supersede_key="s") for _ in range(2)]
        house.move()
        house.submit(house.user, supersede_key="s")
        found = [house.jobs.find(one.job_id, owner=house.user.owner) for one in older]

        assert [job.status for job in found] == [Status.SUPERSEDED] * 2

    def test_a_key_is_known_no_longer_than_it_would_have_been(self, house):
        house.submit_under("k", kind=JobKind.CHAT)
        house.move()
        own = house.keys.of_owner(house.user.owner)
        (key,) = house.redis.scan_iter(own.base.replace("{", "[{]").replace("}", "[}]") + "idem:*")

        assert 0 < house.redis.pttl(key) <= 24 * 3600 * 1000

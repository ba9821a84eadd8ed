from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from shared.data.redis.admission import Admission
from shared.data.redis.answers import CachedAnswer, Rendering
from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace
from shared.domain.identity import Credential, Tier
from shared.domain.limits import Rate, Service
from shared.domain.proposals import Proposal
from shared.domain.suggestions import Edit
from shared.domain.text import Span
from shared.errors import (
    IdempotencyMismatchError,
    RateLimitedError,
    StoreUnavailableError,
    UnauthenticatedError,
)
from shared.jobs.records import Event, KnownAnswer
from shared.jobs.states import Outcome, Status
from tests.unit.shared.data.redis_house import (
    CREATED,
    FAILURE,
    ORDER,
    PLENTY,
    POLICY,
    SUCCESS,
    dead_caller,
)

ONE = Rate(Tier.ANONYMOUS, Service.SUGGESTIONS, 1)
KNOWN = KnownAnswer('{"suggestions":[]}', (Event("job.queued", '{"position":0}'), CREATED), 5000)


class TestNewWork:
    def test_it_records_a_job_that_waits(self, house):
        admitted = house.submit()
        job = house.find(admitted)

        assert (admitted.verdict, admitted.position) == ("accepted", 1)
        assert (job.status, job.attempt, job.joined, job.position) == (Status.QUEUED, 0, False, 1)
        assert house.log(admitted) == ["job.queued"]

    def test_it_counts_the_places_in_the_lane(self, house):
        positions = [house.submit().position for _ in range(3)]

        assert positions == [1, 2, 3]

    def test_no_key_of_live_work_has_a_time_to_live(self, house):
        house.submit(mark="m1")

        assert set(house.lives().values()) == {-1}
        assert len(house.lives()) == 6

    def test_it_keeps_other_owners_out(self, house):
        first, second = house.submit(mark="m1"), house.submit(house.enter(), mark="m2")

        assert (first.verdict, second.verdict) == ("accepted", "accepted")


class TestSharedWork:
    def test_it_follows_the_same_work_in_flight(self, house):
        leader, follower = house.submit(mark="m1"), house.submit(mark="m1")

        assert follower.verdict == "joined"
        assert follower.job_id != leader.job_id
        assert house.find(follower).work_id == leader.job_id
        assert (house.find(leader).joined, house.find(follower).joined) == (False, True)

    def test_it_never_joins_unmarked_work(self, house):
        house.submit()

        assert house.submit().verdict == "accepted"

    def test_it_joins_work_that_has_just_succeeded(self, house):
        _, lease = house.begin(mark="m1")
        house.finish(lease, SUCCESS)
        late = house.submit(mark="m1")

        assert late.verdict == "joined"
        assert house.find(late).status is Status.SUCCEEDED
        assert -1 not in house.lives().values()

    def test_it_begins_anew_after_a_failure(self, house):
        _, lease = house.begin(mark="m1")
        house.finish(lease, FAILURE)

        assert house.submit(mark="m1").verdict == "accepted"


class TestKnownAnswer:
    def test_it_is_final_at_once(self, house):
        admitted = house.submit(known=KNOWN)
        job = house.find(admitted)

        assert admitted.verdict == "answered"
        assert (job.status, job.outcome) == (Status.SUCCEEDED, Outcome.CACHED)
        assert (job.result, job.cache_age_ms) == (KNOWN.result, 5000)
        assert house.log(admitted) == ["job.queued", "suggestion.created", "end"]
        assert (admitted.answer.result, admitted.answer.event_count) == (KNOWN.result, 2)

    def test_nothing_of_it_stays_for_ever(self, house):
        house.submit(known=KNOWN)

        assert min(house.lives().values()) > 0

    def test_it_costs_nothing(self, house):
        usage = house.find(house.submit(known=KNOWN)).usage

        assert (usage.input_tokens, usage.output_tokens, usage.cost_usd) == (0, 0, 0.0)


class TestCachedAnswer:
    ANSWER = CachedAnswer((Proposal(Edit("big", "large"), Span(0, 11)),), "m", 1000)
    SHOWN = Rendering(ORDER.rendering, '{"suggestions":[1]}', KNOWN.events)

    @pytest.fixture
    def caller(self, house):
        house.answers.keep("a1", self.ANSWER, self.SHOWN, owner=house.caller.owner)
        return house.caller

    def test_one_of_the_same_rendering_is_given_at_once(self, house, caller):
        admitted = house.submit(answer_mark="a1")

        assert admitted.verdict == "answered"
        assert house.find(admitted).result == self.SHOWN.result
        assert house.log(admitted) == ["job.queued", "suggestion.created", "end"]
        assert admitted.answer.age_ms == house.find(admitted).cache_age_ms > 0

    def test_one_of_another_rendering_has_to_be_placed_first(self, house, caller):
        before = sorted(house.redis.keys())
        admitted = house.submit(answer_mark="a1", rendering="utf-8:20")

        assert admitted.verdict == "placeable"
        assert sorted(house.redis.keys()) == before

    def test_who_wants_none_gets_none(self, house, caller):
        assert house.submit(answer_mark=None).verdict == "accepted"


class TestIdempotency:
    def test_the_same_request_is_the_same_job(self, house):
        first, again = house.submit_under("key"), house.submit_under("key")

        assert again.verdict == "replayed"
        assert again.job_id == first.job_id

    def test_another_body_is_refused(self, house):
        house.submit_under("key", "one")

        with pytest.raises(IdempotencyMismatchError):
            house.submit_under("key", "another")

    def test_a_key_is_its_callers_own(self, house):
        house.submit_under("key")
        other = house.enter()
        terms = replace(ORDER, idempotency=None)

        assert house.admission.admit(other, terms, PLENTY).verdict == "accepted"

    def test_a_refused_request_leaves_its_key_unused(self, house):
        house.submit(rate=ONE)
        with pytest.raises(RateLimitedError):
            house.submit_under("key", "one", rate=ONE)
        house.redis.delete(*house.redis.keys("*bucket:*"))

        assert house.submit_under("key", "another").verdict == "accepted"


class TestSessions:
    def test_an_unknown_session_is_refused(self, house):
        with pytest.raises(UnauthenticatedError):
            house.submit(dead_caller())

    def test_a_new_one_is_made_with_its_first_job(self, house):
        fresh = replace(dead_caller(), credential=Credential.NEW)
        house.submit(fresh)

        assert house.submit(replace(fresh, credential=Credential.COOKIE)).verdict == "accepted"

    def test_a_refused_request_makes_none(self, house):
        house.submit(rate=ONE)
        fresh = replace(dead_caller(), credential=Credential.NEW)
        with pytest.raises(RateLimitedError):
            house.submit(fresh, rate=ONE)

        with pytest.raises(UnauthenticatedError):
            house.submit(replace(fresh, credential=Credential.COOKIE))


class TestLimits:
    def test_a_refused_request_leaves_no_trace(self, house):
        house.submit(rate=ONE)
        before = sorted(house.redis.keys())
        with pytest.raises(RateLimitedError) as refusal:
            house.submit_under("key", rate=ONE, mark="m9")

        assert sorted(house.redis.keys()) == before
        assert 0 < refusal.value.retry_after_ms <= 60_000

    def test_exactly_as_many_come_in_as_there_are_tokens(self, house):
        rate = Rate(Tier.ANONYMOUS, Service.SUGGESTIONS, 20)

        def ask(_):
            try:
                return house.submit(rate=rate).verdict
            except RateLimitedError:
                return "refused"

        with ThreadPoolExecutor(32) as pool:
            verdicts = list(pool.map(ask, range(200)))
        granted = verdicts.count("accepted")

        # A token comes back every 3 s, so a slow run may see one or two more.
        assert 20 <= granted <= 20 + 5
        assert len(house.redis.keys(f"{house.partition.base}job:*")) == granted


def test_a_store_that_is_away_accepts_nothing(house):
    nowhere = connect("redis://127.0.0.1:1", timeout_s=0.2)
    away = Admission(nowhere, KeySpace(1), POLICY, cache_is_here=True)

    with pytest.raises(StoreUnavailableError) as fault:
        away.admit(house.caller, ORDER, PLENTY)

    assert fault.value.retry_after_ms

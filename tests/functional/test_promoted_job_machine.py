"""The state machine of jobs while their session becomes a user, on a real Redis."""

from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from shared.data.redis.job_moves import JobMoves
from shared.data.redis.keys import KeySpace
from shared.domain.identity import Credential, Tier
from shared.jobs.names import QueueName
from tests.functional.test_job_machine import POLICY, JobMachine, walk

_USER = "u" + "1" * 32


class PromotedJobMachine(JobMachine):
    """What is asked in the session's name goes on, whatever has been moved by then."""

    def __init__(self) -> None:
        super().__init__()
        self.moves = JobMoves(self.redis, KeySpace(1), POLICY)
        self.user = replace(
            self.caller, owner=_USER, tier=Tier.USER, credential=Credential.BEARER, login_id="l"
        )

    @rule()
    def submit_more_than_is_handed_out(self) -> None:
        for _ in range(POLICY.bulk_window + 2):
            self.submit(QueueName.BULK, None, None)

    @precondition(lambda self: len(self.known) > POLICY.bulk_window)
    @rule()
    def log_in(self) -> None:
        self.moves.end_session(self.owner, _USER)
        self.caller = self.user

    @precondition(lambda self: self.caller is self.user)
    @rule(at_most=st.integers(1, 3))
    def move_some(self, at_most: int) -> None:
        self.moves.move_some(self.owner, _USER, at_most=at_most)

    @invariant()
    def each_job_is_one_owners_and_in_their_index(self) -> None:
        index = {
            owner: set(self.redis.zrange(self.keys.jobs_of(owner), 0, -1))
            for owner in (self.owner, _USER)
        }
        owners = {job: self.redis.hget(self.keys.job(job), "owner") for job in self.known}
        assert index == {
            owner: {job for job in self.known if owners[job] == owner} for owner in index
        }
        for job, owner in owners.items():
            assert self.store.find(job, owner=owner).id == job

    @invariant()
    def what_is_held_back_stands_in_its_line_and_has_its_turn(self) -> None:
        held = self.redis.zrange(self.keys.held(QueueName.BULK), 0, -1)
        lines = {
            owner: self.redis.zrange(self.keys.line(QueueName.BULK, owner), 0, -1)
            for owner in (self.owner, _USER)
        }
        turns = self.redis.zrange(self.keys.turns(QueueName.BULK), 0, -1)
        assert sorted(held) == sorted(chain.from_iterable(lines.values()))
        assert set(turns) == {owner for owner, line in lines.items() if line}
        # It is the user's as soon as the first of its jobs has been moved.
        jobs = [self.redis.hmget(self.keys.job(job), "work", "owner") for job in self.known]
        moved = {work for work, owner in jobs if owner == _USER}
        assert set(lines[_USER]) == moved & set(held)


@pytest.mark.parametrize(
    "examples", [4, pytest.param(30, marks=[pytest.mark.deep, pytest.mark.timeout(1200)])]
)
def test_any_order_of_transitions_keeps_the_promises_through_a_promotion(monkeypatch, examples):
    walk(PromotedJobMachine, monkeypatch, examples)

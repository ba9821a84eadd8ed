from contextlib import contextmanager

import orjson
import pytest

from shared.domain.chat_windows import History
from shared.domain.model_limits import ModelLimits
from shared.errors import (
    ConflictError,
    OutputTruncatedError,
    ProviderError,
    StoreUnavailableError,
)
from shared.jobs.states import Outcome, Status
from tests.clock import HandClock
from tests.unit.shared.data.chat_texts import a_turn
from tests.unit.workers.services.test_claims import FakeLeaseStore, a_lease
from workers.ai.provider import Finished, TextDelta, TokenUsage
from workers.services.chat import ChatWriter
from workers.services.claims import Claim, ended_by_one_rule
from workers.services.interrupts import Interrupt, StoppedError
from workers.services.text_flows import Pacer

TURN = a_turn(document="")
PACER = Pacer()
FOREVER = 10**6


class FakeProvider:
    """Says what it was told to; an exception among the parts is raised."""

    model = "m"

    def __init__(self, *parts):
        self._parts = parts

    def stream(self, call, stop):
        stop.expect(0.2)
        for part in self._parts:
            if isinstance(part, Exception):
                raise part
            yield TextDelta(part) if isinstance(part, str) else part


class FakeTurns:
    """Keeps one turn; it may be away for some calls, and the conversation may be gone."""

    def __init__(self):
        self.answers, self.away_for, self.is_gone = [], 0, False
        self.refuses, self.beat = 0, lambda: None

    def add_question(self, turn):
        self._answer()
        return None if self.is_gone else turn

    def history(self, turn):
        self._answer()
        return History((), 0)

    def add_answer(self, turn, content, *, stopped, by):
        self._answer()
        if self.refuses > 0:
            self.refuses -= 1
            raise StoreUnavailableError("away")
        self.answers.append((content, stopped, by.job_id, by.fence))

    def _answer(self):
        self.beat()
        if self.away_for > 0:
            self.away_for -= 1
            raise StoreUnavailableError("away")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Return the clock by which a part is late and patience ends; nobody truly waits."""
    clock = HandClock()
    for module in ("ai.patience", "services.chat", "services.interrupts", "services.patience"):
        monkeypatch.setattr(f"workers.{module}.time", clock)
    return clock


@pytest.fixture
def store():
    return FakeLeaseStore()


@pytest.fixture
def turns():
    return FakeTurns()


@pytest.fixture
def write(store, turns):
    """Return a function that lets a model say these parts, and its work end."""

    def run(*parts, total_s=60.0):
        held = {"input": orjson.dumps(TURN).decode(), "fence": 3, "epoch": 1, "work_id": "job_1"}
        lease = a_lease(**held, remaining_ms=int(total_s * 1000))
        claim = Claim(lease, Interrupt(total_s=total_s), store)
        turns.beat = claim.interrupt.stop_if_late  # as the heartbeat's thread does
        with contextmanager(ended_by_one_rule)(claim, [].append):
            ChatWriter(FakeProvider(*parts), turns, 4000, ModelLimits(), PACER).write(claim)
        return store.ending

    return run


def told(store):
    deltas = (orjson.loads(e.data) for e in store.log if e.name == "output.delta")
    return "".join(delta["text"] for delta in deltas)


class TestAnswer:
    def test_it_is_kept_before_the_job_ends(self, write, store, turns):
        ending = write("Yes", ", it is.", TokenUsage(5, 0, 3), Finished("stop"))
        result = orjson.loads(ending.result)

        assert (ending.status, ending.outcome) == (Status.SUCCEEDED, Outcome.COMPLETE)
        assert turns.answers == [("Yes, it is.", False, "job_1", 3)]
        assert result["message"]["content"] == told(store) == "Yes, it is."
        assert ending.usage.output_tokens == 3

    def test_it_waits_for_a_store_that_is_away(self, write, turns):
        turns.away_for = 2
        ending = write("Yes.", Finished("stop"))

        assert ending.status is Status.SUCCEEDED
        assert len(turns.answers) == 1

    def test_no_part_is_late_once_all_have_come(self, write, turns):
        turns.refuses = 2  # which takes longer than the model may be silent
        ending = write("Yes.", Finished("stop"))

        assert ending.status is Status.SUCCEEDED

    def test_one_that_is_paid_for_is_given_even_if_it_cannot_be_kept(self, write, turns):
        turns.refuses = FOREVER
        ending = write("Yes.", Finished("stop"), total_s=5.5)

        assert (ending.status, ending.outcome) == (Status.SUCCEEDED, Outcome.DEGRADED)
        assert orjson.loads(ending.result)["message"]["content"] == "Yes."

    def test_a_character_in_two_halves_is_told_whole(self, write, store):
        ending = write("Good \ud83d", "\ude00", "\x00!", Finished("stop"))

        assert told(store) == "Good \U0001f600!"
        assert ending.status is Status.SUCCEEDED
        assert ending.usage.output_tokens > 0


class TestNoAnswer:
    def test_a_deleted_conversation_ends_the_job_before_it_costs(self, write, turns):
        turns.is_gone = True
        ending = write("Yes.")

        assert orjson.loads(ending.error)["code"] == ConflictError.code
        assert turns.answers == []

    def test_silence_is_tried_again(self, write, store):
        write("\n", Finished("stop"))

        assert store.ending is None
        assert [why for why, _ in store.given_back] == ["provider_backoff"]

    def test_a_cut_before_the_first_word_is_told(self, write):
        ending = write(Finished("length"))

        assert orjson.loads(ending.error)["code"] == OutputTruncatedError.code

    def test_an_attempt_that_will_be_made_again_keeps_nothing(self, write, turns):
        write("Yes, it", ProviderError("broke"))

        assert turns.answers == []


class TestRest:
    def test_what_was_stopped_is_kept_and_told_to_the_last_word(self, write, store, turns):
        ending = write("Yes", ", it", StoppedError())

        assert ending.status is Status.CANCELLED
        assert turns.answers == [("Yes, it", True, "job_1", 3)]
        assert told(store) == "Yes, it"

    def test_what_failed_for_good_is_kept_too(self, write, store, turns):
        ending = write("Yes", ", it", ValueError("broke"))

        assert ending.status is Status.FAILED
        assert turns.answers == [("Yes, it", True, "job_1", 3)]
        assert told(store) == "Yes, it"

    def test_no_word_is_no_answer(self, write, turns):
        write("\n", StoppedError())

        assert turns.answers == []

    def test_a_store_that_is_away_does_not_hold_up_the_end(self, write, store, turns, clock):
        turns.refuses = FOREVER
        began = clock.now
        ending = write("Yes", ", it", StoppedError())

        assert 0 < clock.now - began < 5
        assert ending.status is Status.CANCELLED
        assert told(store) == "Yes, it"

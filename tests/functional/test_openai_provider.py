import threading
import time

import pytest

from shared.domain.text import Span
from shared.domain.time_limits import TimeLimits
from shared.errors import ProviderError, ProviderTimeoutError
from tests.model_server_scripts import answer, edit, hang, in_turn, propose, say
from tests.stack import until
from workers.ai.openai_provider import OpenAIProvider
from workers.ai.provider import (
    AnswerHead,
    CallTaken,
    EditTask,
    Finished,
    Message,
    ModelCall,
    TextDelta,
    TokenUsage,
)
from workers.services.interrupts import Interrupt, StoppedError

PATIENT = TimeLimits(connect_s=60, first_token_s=600, between_tokens_s=600, total_s=600)
REPLY = propose(edit("big", "large"))
# Whoever is not late by the limit that is named gets an answer in the end.
LATE = {
    "before the headers": (hang(), {"first_token_s": 0.3, "connect_s": 0.1}),
    "before the first token": (
        propose(before_first_s=60),
        {"first_token_s": 0.3, "connect_s": 0.1},
    ),
    "between tokens": (
        say("{", "}", between_s=60),
        {"between_tokens_s": 0.3},
    ),
    "in total, drop by drop": (
        say(*"x" * 600, between_s=0.1),
        {"total_s": 0.5},
    ),
}


def limits(**changed):
    return TimeLimits(**vars(PATIENT) | changed)


def call(within=PATIENT):
    return ModelCall(
        messages=(Message("system", "Edit."), Message("user", "BEGIN ab\nA big plan.\nEND ab")),
        reply_schema={"type": "object"},
        task=EditTask("A big plan.", Span(0, 11), None),
        limits=within,
        max_output_tokens=100,
    )


@pytest.fixture
def provider(model):
    return OpenAIProvider(model="m", api_key="k", base_url=model.base_url)


@pytest.fixture
def watched(model):
    """Return a function that gives interrupts which somebody looks after, as the heartbeat does.

    Not before the call has come: on a busy machine it would be late before it is made.
    """
    is_over = threading.Event()

    def watch(total_s):
        interrupt = Interrupt(total_s=total_s)

        def look():
            while not is_over.wait(0.05):
                if model.calls:
                    interrupt.stop_if_late()

        threading.Thread(target=look, daemon=True).start()
        return interrupt

    yield watch
    is_over.set()


class TestStream:
    def test_it_gives_the_reply_as_it_comes(self, provider, model):
        model.plan(REPLY)
        parts = list(provider.stream(call(), Interrupt(total_s=60)))
        text = "".join(part.text for part in parts if isinstance(part, TextDelta))

        assert text == "".join(REPLY.chunks)
        assert Finished("stop") in parts
        assert isinstance(parts[-1], TokenUsage)
        assert parts[-1].output_tokens > 0

    def test_it_asks_as_it_was_told(self, provider, model):
        list(provider.stream(call(), Interrupt(total_s=60)))
        (asked,) = model.calls

        assert asked.body["model"] == "m"
        assert asked.body["stream"]
        assert asked.body["max_completion_tokens"] == 100
        assert asked.body["response_format"]["type"] == "json_schema"
        assert asked.headers["authorization"] == "Bearer k"

    def test_it_makes_one_call_whatever_happens(self, provider, model):
        model.plan(say("x", finish=None))
        with pytest.raises(ProviderError, match="broke off"):
            list(provider.stream(call(), Interrupt(total_s=60)))

        assert len(model.calls) == 1

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_it_goes_nowhere_else_whatever_the_server_says(self, provider, model, status):
        """A model's server must not send workers about in the network that they are in."""
        elsewhere = {"Location": f"{model.base_url}/chat/completions", "Connection": "close"}
        model.plan(in_turn(answer(status, {}, headers=elsewhere), REPLY))
        with pytest.raises(ProviderError):
            list(provider.stream(call(), Interrupt(total_s=60)))

        assert len(model.calls) == 1

    def test_nobody_there_is_said_at_once(self):
        nobody = OpenAIProvider(model="m", api_key=None, base_url="http://127.0.0.1:1/v1")

        with pytest.raises(ProviderError, match="could not be reached") as fault:
            list(nobody.stream(call(), Interrupt(total_s=60)))

        assert fault.value.retryable


BEFORE_ANY = AnswerHead | CallTaken


class Clock:
    """A stop signal that remembers how much time was given last."""

    left_s = 0.0

    def check(self):
        pass

    def attach(self, shut):
        pass

    def expect(self, within_s):
        self.left_s = within_s


class TestTimeLimits:
    def test_what_we_do_with_a_part_is_not_the_models_time(self, provider, model):
        model.plan(REPLY)
        clock = Clock()
        parts = provider.stream(call(), clock)
        given = [clock.left_s for part in parts if not isinstance(part, BEFORE_ANY)]

        assert set(given) == {float("inf")}
        assert clock.left_s == PATIENT.between_tokens_s

    @pytest.mark.parametrize("phase", LATE)
    def test_each_phase_has_its_own(self, provider, model, watched, phase):
        script, changed = LATE[phase]
        model.plan(script)
        within = limits(**changed)
        with pytest.raises(ProviderTimeoutError):
            list(provider.stream(call(within), watched(within.total_s)))

        until(lambda: model.calls[0].hung_up, lambda: "the socket stayed open")


def stop_once_it_blocks(interrupt, model):
    """Have another thread stop the call that has come by then."""

    def stop():
        until(lambda: model.calls, lambda: "no call came")
        time.sleep(0.3)  # so that it waits for what does not come, and not for the socket
        interrupt.stop(StoppedError())

    threading.Thread(target=stop, daemon=True).start()


class TestStop:
    @pytest.mark.parametrize("phase", LATE)
    def test_another_thread_stops_a_call_that_blocks(self, provider, model, phase):
        model.plan(LATE[phase][0])
        interrupt = Interrupt(total_s=60)
        stop_once_it_blocks(interrupt, model)
        with pytest.raises(StoppedError):
            list(provider.stream(call(), interrupt))

        until(lambda: model.calls[0].hung_up, lambda: "the socket stayed open")

    def test_what_was_stopped_before_makes_no_call(self, provider, model):
        interrupt = Interrupt(total_s=60)
        interrupt.stop(StoppedError())
        with pytest.raises(StoppedError):
            list(provider.stream(call(), interrupt))

        assert model.calls == []

    def test_the_next_call_of_the_thread_is_unharmed(self, provider, model):
        interrupt = Interrupt(total_s=60)
        model.plan(hang())
        stop_once_it_blocks(interrupt, model)
        with pytest.raises(StoppedError):
            list(provider.stream(call(), interrupt))
        model.plan(REPLY)

        assert list(provider.stream(call(), Interrupt(total_s=60)))

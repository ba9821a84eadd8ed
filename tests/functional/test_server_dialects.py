"""Servers that speak OpenAI's protocol, but not all of it."""

import json

import pytest

from shared.errors import ProviderRefusedCallError
from tests.chat_client import chat, some_question
from tests.functional.conftest import OTHER_MODEL
from tests.functional.test_openai_provider import call
from tests.model_server_scripts import SERVER_WORDS, answer, known_words, say, talk
from tests.stack_client import order, some_text
from workers.ai.openai_provider import OpenAIProvider
from workers.ai.provider import Finished, TextDelta
from workers.services.interrupts import Interrupt, StoppedError


def refusal(message, status=400, **more):
    return answer(status, json.dumps({"error": {"message": f"{message} {SERVER_WORDS}"} | more}))


def has_format(kind):
    return lambda asked: (asked.body.get("response_format") or {}).get("type") == kind


def has(name):
    return lambda asked: name in asked.body


NO_SCHEMA = (
    has_format("json_schema"),
    refusal("'response_format' of type 'json_schema' is not supported with this model."),
)
NO_JSON = (
    has_format("json_object"),
    answer(400, json.dumps({"error": "'response_format.type' must be 'json_schema' or 'text'"})),
)
NO_COUNT = (
    has("stream_options"),
    answer(422, '{"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not"}]}'),
)
NO_NEW_BOUND = (
    has("max_completion_tokens"),
    refusal("Unrecognized request argument supplied: max_completion_tokens", 501),
)
NO_SYSTEM = (
    lambda asked: asked.messages[0]["role"] == "system",
    refusal("System role not supported", 500),
)
OLD = (NO_SCHEMA, NO_JSON, NO_COUNT, NO_NEW_BOUND, NO_SYSTEM)


def speaks(*refusals, otherwise=None):
    """Return a plan: refuse what this server does not know, and answer what it does."""

    def plan(asked):
        for is_said, script in refusals:
            if is_said(asked):
                return script
        if otherwise:
            return otherwise(asked)
        return talk(asked, "It is good.") if asked.is_chat else known_words(asked)

    return plan


@pytest.fixture
def provider(model):
    """Return one that has learned nothing yet."""
    made = OpenAIProvider(model="m", api_key="k", base_url=model.base_url)
    yield made
    made._line().client.close()  # what holds the socket is a cycle


def ask(provider, interrupt=None):
    return list(provider.stream(call(), interrupt or Interrupt(total_s=60)))


class TestProvider:
    @pytest.mark.parametrize("refusals", [[one] for one in OLD if one != NO_JSON] + [OLD])
    def test_it_says_the_same_call_in_another_way_and_then_goes_straight(
        self, provider, model, refusals
    ):
        model.plan(speaks(*refusals))

        assert Finished("stop") in ask(provider)
        assert len(model.calls) == len(refusals) + 1
        assert Finished("stop") in ask(provider)
        assert len(model.calls) == len(refusals) + 2

    def test_it_loses_no_instruction_to_an_old_server(self, provider, model):
        model.plan(speaks(*OLD))
        ask(provider)
        first, last = model.calls[0], model.calls[-1]

        assert set(last.body) == {"model", "messages", "stream", "max_tokens"}
        assert [turn["role"] for turn in last.messages] == ["user"]
        assert all(turn["content"] in last.messages[0]["content"] for turn in first.messages)

    def test_it_knows_a_refusal_within_a_stream(self, provider, model):
        told = 'data: {"error": {"message": "response_format is not supported"}}\n\n'
        streamed = answer(200, told, {"Content-Type": "text/event-stream"})
        model.plan(speaks((has_format("json_schema"), streamed)))

        assert Finished("stop") in ask(provider)

    def test_what_no_form_helps_is_asked_once(self, provider, model):
        model.plan(refusal("The model does not exist", 404))
        with pytest.raises(ProviderRefusedCallError):
            ask(provider)

        assert len(model.calls) == 1

    def test_a_server_that_refuses_every_form_is_asked_no_more_than_there_are(
        self, provider, model
    ):
        model.plan(refusal("response_format is not supported"))
        with pytest.raises(ProviderRefusedCallError):
            ask(provider)

        assert len(model.calls) == 3

    def test_work_that_was_stopped_is_not_asked_for_again(self, provider, model):
        interrupt = Interrupt(total_s=60)

        def stop(asked):
            interrupt.stop(StoppedError())
            return NO_SCHEMA[1]

        model.plan(stop)
        with pytest.raises(StoppedError):
            ask(provider, interrupt)

        assert len(model.calls) == 1


def test_what_a_server_tells_beside_the_reply_is_no_part_of_it(provider, model):
    """Azure's filter, where it runs beside the reply: such events hold a choice without a delta."""
    beside = {"index": 0, "finish_reason": None, "content_filter_offsets": {"check_offset": 4}}
    said = {"index": 0, "delta": {"content": "Yes."}, "finish_reason": "stop"}
    told = [{"choices": [one]} for one in (beside, said, beside)]
    body = "".join(f"data: {each}\n\n" for each in (*map(json.dumps, told), "[DONE]"))
    model.plan(answer(200, body, {"Content-Type": "text/event-stream"}))

    assert ask(provider)[2:] == [TextDelta("Yes."), Finished("stop")]


@pytest.fixture(scope="module")
def learning(stack):
    """Return the stack; its worker forgets what it has learned here when the module is over."""
    yield stack
    stack.replace("interactive").wait_until_ready()


@pytest.mark.usefixtures("learning")
class TestJobs:
    def test_suggestions_come_and_refused_calls_cost_nothing(self, writer, model):
        text = some_text()
        model.plan(speaks(NO_SCHEMA, NO_JSON))
        job = writer.finish(order(text))
        *_, heard = model.calls_about(text)

        assert (job["status"], job["outcome"], job["attempt"]) == ("succeeded", "complete", 1)
        assert [one["original"] for one in job["result"]["suggestions"]] == ["big"]
        assert (
            job["usage"]["input_tokens"]
            == sum(len(one["content"]) for one in heard.messages) // 4 + 1
        )

    def test_a_reply_without_a_schema_can_still_be_asked_for_again(self, writer, model):
        def mended(asked):
            return known_words(asked) if asked.is_repeated else say("Of course!")

        model.plan(speaks(*OLD, otherwise=mended))
        job = writer.finish(order(some_text()))

        assert (job["status"], len(job["result"]["suggestions"])) == ("succeeded", 1)

    def test_a_chat_is_answered_by_an_old_server_too(self, writer, model):
        model.plan(speaks(*OLD))
        job = chat(writer, some_question(), model=OTHER_MODEL)

        assert job["result"]["message"]["content"] == "It is good."
        assert job["usage"]["output_tokens"] > 0  # counted here

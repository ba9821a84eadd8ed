"""What a model's server sends that has lost itself, or means harm: too much, in every way."""

import gzip
import threading

import pytest

from shared.domain.tokens import count_tokens
from shared.errors import ProviderError
from tests.functional.test_openai_provider import REPLY, call
from tests.model_server_scripts import Script, answer, in_turn, known_words, say
from tests.stack import until
from tests.stack_client import order, some_text
from workers.ai.openai_provider import OpenAIProvider
from workers.ai.reply_bounds import TOO_MUCH
from workers.services.interrupts import Interrupt

STREAM = {"Content-Type": "text/event-stream"}
LONG = "x" * 3_000_000
WORDS = 30_000
ENDLESS = {
    "words": say(*["the "] * WORDS),
    "thoughts": Script(thoughts=("hm " * 1000,) * 400, chunks=("x",)),
    "a word": say(LONG),
    "a line": answer(200, f"data: {LONG}", STREAM),
    "lines of one event": answer(200, f"data: {LONG[:99]}\n" * 30_000, STREAM),
    "remarks": answer(200, ": I am here\n\n" * 300_000, STREAM),
    "packed in little": answer(
        200, gzip.compress(f"data: {LONG}".encode()), STREAM | {"Content-Encoding": "gzip"}
    ),
    "an error": answer(500, LONG),
    "no reply at all": answer(200, f"<html>{LONG}", {"Content-Type": "text/html"}),
}


@pytest.fixture
def provider(model):
    made = OpenAIProvider(model="m", api_key="k", base_url=model.base_url)
    yield made
    made._line().client.close()  # what holds the socket is a cycle


def read(provider):
    return list(provider.stream(call(), Interrupt(total_s=600)))


@pytest.mark.parametrize("way", ENDLESS)
def test_no_more_is_taken_than_a_reply_can_be(provider, model, way):
    model.plan(in_turn(ENDLESS[way], REPLY))
    with pytest.raises(ProviderError, match=TOO_MUCH):
        read(provider)

    assert read(provider)  # over a connection that nobody holds any more


def test_the_server_hears_that_nobody_listens(provider, model):
    model.plan(say(*["the "] * 6000, "bye", hold=threading.Event()))
    with pytest.raises(ProviderError, match=TOO_MUCH):
        read(provider)

    until(lambda: model.calls[0].hung_up, lambda: "the socket stayed open")


@pytest.mark.parametrize("depth", [5000, 200_000])
def test_brackets_without_end_are_no_fault_of_ours(provider, model, depth):
    model.plan(answer(200, f"data: {'[' * depth}\n\n", STREAM))
    with pytest.raises(ProviderError, match="cannot be read"):
        read(provider)


def test_what_came_of_it_is_paid_and_the_job_is_tried_again(writer, model):
    text = some_text()
    model.plan(in_turn(ENDLESS["words"], known_words))
    job = writer.finish(order(text))

    assert (job["status"], len(model.calls_about(text))) == ("succeeded", 2)
    assert 5000 < job["usage"]["output_tokens"] < count_tokens("the " * WORDS, "m")

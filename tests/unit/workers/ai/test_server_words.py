from types import SimpleNamespace

import pytest

from workers.ai.chunks import parts_of
from workers.ai.provider import TokenUsage
from workers.ai.server_words import retry_after_ms, says_too_long, token_count

TOO_LONG = {
    "OpenAI": {"code": "context_length_exceeded", "message": "Too many."},
    "vLLM": {
        "code": 400,
        "message": "This model's maximum context length is 4096 tokens.",
    },
    "llama.cpp": {
        "type": "exceed_context_size_error",
        "message": "the request exceeds the available context size (1024 tokens)",
    },
    "Anthropic": {"message": "prompt is too long: 210000 tokens > 200000 maximum"},
    "Mistral": {"message": "Prompt contains 40000 tokens, too large for model with 32768"},
    "TGI": "`inputs` tokens + `max_new_tokens` must be <= 4097",
    "Gemini": {"message": "The input token count exceeds the maximum number of tokens allowed"},
}


@pytest.mark.parametrize("server", TOO_LONG)
def test_each_server_has_its_words_for_too_long(server):
    assert says_too_long(TOO_LONG[server])


@pytest.mark.parametrize(
    "body",
    [
        *(None, "", [], {"message": None}, {"code": "invalid_api_key", "message": "Wrong key"}),
        {"message": "Unknown field", "input": "The context length of a whale"},
        {"message": "Bad: " + "x" * 600 + "context length"},
    ],
)
def test_what_says_something_else_does_not(body):
    assert not says_too_long(body)


@pytest.mark.parametrize(
    ("told", "tokens"), [(7, 7), (-1, 0), (None, 0), ("9", 0), (10**30, 2**31 - 1)]
)
def test_a_count_is_believed_within_reason(told, tokens):
    assert token_count(told) == tokens


@pytest.mark.parametrize(
    ("asked", "wait_ms"),
    [("1.5", 1500), ("-3", 0), ("1e99", 86_400_000), ("nan", None), ("soon", None), (None, None)],
)
def test_a_wait_is_believed_within_reason(asked, wait_ms):
    assert retry_after_ms({"retry-after": asked} if asked else {}) == wait_ms


@pytest.mark.parametrize(
    ("until", "wait_ms"),
    [
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30_000),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Mon, 23 Nov 2099 12:00:00 GMT", 86_400_000),
        ("Mon, 99 Nov 2026", None),
    ],
)
def test_a_date_is_told_by_the_servers_own_clock(until, wait_ms):
    headers = {"retry-after": until, "date": "Mon, 23 Nov 2026 12:00:00 GMT"}

    assert retry_after_ms(headers) == wait_ms
    assert retry_after_ms({"retry-after": "Mon, 23 Nov 2099 12:00:00 GMT"}) == 86_400_000


def test_no_more_tokens_are_cached_than_were_sent():
    details = SimpleNamespace(cached_tokens=1000)
    usage = SimpleNamespace(prompt_tokens=10, completion_tokens=1, prompt_tokens_details=details)
    (used,) = parts_of(SimpleNamespace(choices=[], usage=usage))

    assert used == TokenUsage(input_tokens=10, cached_tokens=10, output_tokens=1)

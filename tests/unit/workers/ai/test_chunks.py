import pytest
from openai.types.chat import ChatCompletionChunk

from workers.ai.chunks import parts_of
from workers.ai.provider import Finished, TextDelta, TokenUsage


def parts(**fields):
    return list(parts_of(ChatCompletionChunk.construct(**fields)))


def counted(sent, came, **more):
    return {"prompt_tokens": sent, "completion_tokens": came} | more


def test_what_the_server_counts_is_told():
    usage = counted(100, 7, prompt_tokens_details={"cached_tokens": 400})

    assert parts(choices=[], usage=usage) == [TokenUsage(100, 100, 7)]


@pytest.mark.parametrize("usage", [None, {}, counted(0, 0), counted(0, 7), counted("100", 7)])
def test_a_count_without_anything_sent_is_none(usage):
    """Some servers put noughts into each chunk: believed, they would make every call free."""
    assert parts(choices=[], usage=usage) == []


@pytest.mark.parametrize(
    "choice", [{"content_filter_offsets": {"check_offset": 44}}, {"delta": None}]
)
def test_what_azure_tells_of_a_filter_beside_the_reply_is_no_part_of_it(choice):
    assert parts(choices=[{"index": 0, "finish_reason": None} | choice]) == []
    assert parts(choices=[{"index": 0, "finish_reason": "stop"} | choice]) == [Finished("stop")]


def test_what_is_said_with_the_last_word_comes_before_the_end():
    choice = {"index": 0, "delta": {"content": "Yes."}, "finish_reason": "length"}

    assert parts(choices=[choice]) == [TextDelta("Yes."), Finished("length")]

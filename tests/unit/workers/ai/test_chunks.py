import pytest
from openai.types.chat import ChatCompletionChunk

from workers.ai.chunks import parts_of
from workers.ai.provider import TokenUsage


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

import pytest

from shared.domain.chat import ChatMessage, ChatRequest, Role, message_ids
from shared.domain.chat_windows import History
from shared.domain.model_limits import ModelLimits
from shared.domain.prompts import Prompt
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import Span, TextFormat
from workers.services.chat_calls import plan_chat_call

WINDOW_TOKENS = 4000
LONG = "A plan is a plan. " * 3000


def turn(number):
    question_id, answer_id = message_ids(f"{number:032}")
    question = ChatMessage(question_id, Role.USER, "Why? ")
    return ChatMessage(answer_id, Role.ASSISTANT, "So. "), question


@pytest.mark.parametrize("within", [Span(0, len(LONG)), Span(9000, 9006), Span(1, len(LONG) - 1)])
def test_all_that_is_sent_keeps_to_the_window(within):
    about = SuggestionRequest(LONG, within, TextFormat.HTML, Prompt(""))
    earlier = tuple(message for number in range(500, 0, -1) for message in turn(number))
    request, history = ChatRequest("Is it good?", about, "m"), History(earlier, 1000)
    asked = plan_chat_call(request, history, WINDOW_TOKENS, ModelLimits(), trace="")

    assert 0.95 * WINDOW_TOKENS < asked.context_tokens <= WINDOW_TOKENS
    assert asked.context.is_cut
    assert 0 < asked.context.omitted_messages < 1000

"""What web reserves is what a worker may come to spend, and not much more."""

import pytest

from shared.domain.chat import ChatMessage, ChatRequest, ChatTurn, Role
from shared.domain.chat_windows import History
from shared.domain.model_limits import ModelLimits
from shared.domain.prompts import Prompt
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.tariffs import Tariff
from shared.domain.text import Span, TextFormat
from shared.domain.tokens import count_all
from shared.domain.worst_costs import WorstCosts
from workers.services.chat_calls import plan_chat_call
from workers.services.window_calls import asked_again, plan_calls

MODEL = "gpt-4o-mini"
WINDOW = 6000
TARIFF = Tariff(MODEL)
SHORT = "A big plan."
LONG = "The cat sat on the mat, as happy as can be. " * 1200
ODD = "x9Ω\n\n" * 4000


def request(content, within=None):
    return SuggestionRequest(
        content, within or Span(0, len(content)), TextFormat.MARKDOWN, Prompt("Make it clearer.")
    )


def price(call):
    sent = sum(count_all([message.content for message in call.messages], MODEL))
    return TARIFF.price(sent, call.max_output_tokens)


def dearest(asked, limits):
    """Return what is paid if each call brings all that it may, the first one twice."""
    calls = plan_calls(asked, limits, model=MODEL, trace="").calls
    said = "word " * calls[0].call.max_output_tokens
    return sum(price(one.call) for one in (*calls, asked_again(calls[0], said)))


class TestOfRequest:
    @pytest.mark.parametrize("content", [SHORT, LONG, ODD], ids=["short", "long", "odd"])
    @pytest.mark.parametrize("context", [None, 4096])
    def test_no_attempt_costs_more_and_few_cost_nearly_as_much(self, content, context):
        limits = ModelLimits(context)
        most = WorstCosts(limits, WINDOW).of_request(request(content), TARIFF)

        assert dearest(request(content), limits) <= most <= 1.6 * dearest(request(content), limits)

    def test_a_selection_costs_less_than_the_whole(self):
        costs = WorstCosts(ModelLimits(), WINDOW)
        part = request(LONG, Span(1000, 1100))

        assert costs.of_request(part, TARIFF) < costs.of_request(request(LONG), TARIFF) / 5


def turn(message, content, *, is_first):
    asked = ChatRequest(message, request(content), MODEL)
    return ChatTurn("o", "c", "q", "a", is_first, asked)


def history(length):
    said = [
        ChatMessage(f"msg_{n:032}{kind}", role, "Some words. " * 40)
        for n in reversed(range(length))
        for kind, role in (("r", Role.ASSISTANT), ("q", Role.USER))
    ]
    return History(tuple(said), len(said))


class TestOfTurn:
    @pytest.mark.parametrize("message", ["Is it good?", "Why? " * 6000], ids=["short", "long"])
    @pytest.mark.parametrize("content", ["", SHORT, LONG, ODD])
    @pytest.mark.parametrize("context", [None, 4096])
    @pytest.mark.parametrize("turns", [0, 200])
    def test_no_answer_costs_more(self, message, content, context, turns):
        limits, asked = ModelLimits(context), turn(message, content, is_first=turns == 0)
        said = history(turns)
        call = plan_chat_call(asked.request, said, WINDOW, limits, trace="").call

        assert price(call) <= WorstCosts(limits, WINDOW).of_turn(asked, TARIFF)

    def test_a_first_question_is_not_taken_for_a_long_conversation(self):
        costs = WorstCosts(ModelLimits(), 100_000)
        first, later = (turn("Hm?", "", is_first=each) for each in (True, False))

        assert costs.of_turn(first, TARIFF) < costs.of_turn(later, TARIFF) / 4

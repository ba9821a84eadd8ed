import re

from shared.domain.prompts import Prompt
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import Span, TextFormat
from workers.services.window_calls import plan_calls

PAGE = "The cat sat on the mat, and was as happy as a cat can be there. " * 40 + "\n\n"


def plan(text, within=None):
    request = SuggestionRequest(
        text, within or Span(0, len(text)), TextFormat.TEXT, Prompt("Edit.", template_id="clearer")
    )
    return plan_calls(request, model="gpt-4o", trace="00-ab")


class TestPlanCalls:
    def test_a_short_text_is_one_call(self):
        (asked,) = plan("A plan.").calls

        assert asked.part == asked.call.task.within == Span(0, 7)
        assert (asked.call.task.template_id, asked.call.trace) == ("clearer", "00-ab")
        assert plan("A plan.").tokens_saved == 0

    def test_a_long_one_is_a_call_for_each_window(self):
        planned = plan(PAGE * 10)
        parts = [asked.part for asked in planned.calls]

        assert len(parts) > 3
        assert "".join(part.of(PAGE * 10) for part in parts) == PAGE * 10
        assert planned.tokens_saved > 10_000

    def test_all_calls_share_the_system_message_and_none_a_nonce(self):
        calls = [asked.call for asked in (*plan(PAGE * 10).calls, *plan("A plan.").calls)]
        nonces = [re.findall(r"END ([0-9a-f]{16,})\.", c.messages[1].content) for c in calls]

        assert len({call.messages[0].content for call in calls}) == 1
        assert len({nonce for (nonce,) in nonces}) == len(calls)

    def test_white_space_alone_is_not_asked_about(self):
        text = "A plan." + "\n" * 200_000 + "An end."

        assert len(plan(text).calls) == 2
        assert len(plan("\n" * 200_000 + "A", Span(0, 200_000)).calls) == 1

    def test_each_phase_has_the_time_that_the_window_needs(self):
        long, short = plan(PAGE * 60).calls[1].call, plan("A plan.").calls[0].call

        assert short.limits.first_token_s < long.limits.first_token_s < 25
        assert 2048 <= short.max_output_tokens < long.max_output_tokens <= 6000

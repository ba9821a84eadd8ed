import re
from functools import partial

import pytest

from shared.domain.chat_windows import History
from shared.domain.model_limits import ModelLimits
from shared.domain.prompts import Prompt
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import Span, TextFormat
from shared.domain.tokens import count_all, count_tokens
from tests.unit.shared.data.chat_texts import a_turn
from workers.services.chat_calls import plan_chat_call
from workers.services.window_calls import asked_again, plan_calls

PAGE = "The cat sat on the mat, and was as happy as a cat can be there. " * 40 + "\n\n"


def plan(text, within=None, **known):
    request = SuggestionRequest(
        text, within or Span(0, len(text)), TextFormat.TEXT, Prompt("Edit.", template_id="clearer")
    )
    return plan_calls(request, ModelLimits(**known), model="gpt-4o", trace="00-ab")


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

    @pytest.mark.parametrize("piece", ["漢", "abcdefgh", "ab cd. ", "word ", "a\nb\n"])
    @pytest.mark.parametrize("tokens", [45_000, 61_000, 90_000])
    def test_no_text_takes_more_than_forty(self, piece, tokens):
        count = partial(count_tokens, model="gpt-4o")
        text = piece * (tokens * 64 // count(piece * 64))
        calls = plan(text).calls

        assert 25 <= len(calls) <= 40
        assert "".join(asked.part.of(text) for asked in calls) == text

    def test_white_space_alone_is_not_asked_about(self):
        text = "A plan." + "\n" * 200_000 + "An end."

        assert len(plan(text).calls) == 2
        assert len(plan("\n" * 200_000 + "A", Span(0, 200_000)).calls) == 1

    def test_each_phase_has_the_time_that_the_window_needs(self):
        long, short = plan(PAGE * 60).calls[1].call, plan("A plan.").calls[0].call

        assert short.limits.first_token_s < long.limits.first_token_s < 25
        assert 2048 <= short.max_output_tokens < long.max_output_tokens <= 6000

    def test_a_slow_model_has_more_time_in_all_phases_but_to_connect(self):
        (usual,) = plan("A plan.").calls
        (slow,) = plan("A plan.", time_scale=3).calls
        usual, slow = usual.call.limits, slow.call.limits

        assert slow.connect_s == usual.connect_s
        assert slow.first_token_s == 3 * usual.first_token_s
        assert (slow.between_tokens_s, slow.total_s) == (60, 3 * usual.total_s)


def held(asked):
    """Return how many tokens a call takes with the longest reply that it allows."""
    sent = sum(count_all([message.content for message in asked.call.messages], "gpt-4o"))
    return sent + asked.call.max_output_tokens


class TestSmallModels:
    @pytest.mark.parametrize("context", [1024, 2048, 4096, 8192])
    def test_every_call_fits_and_so_does_its_second_try(self, context):
        calls = plan(PAGE * 4, context_tokens=context).calls

        assert "".join(asked.part.of(PAGE * 4) for asked in calls) == PAGE * 4
        assert max(held(asked) for asked in calls) <= context
        assert max(held(asked_again(asked, "漢 big " * 9000)) for asked in calls) <= context
        assert all(asked.call.max_output_tokens >= 2 * 64 for asked in calls)

    def test_a_chat_fits_as_well(self):
        turn = a_turn(document=PAGE * 4)
        asked = plan_chat_call(turn.request, History((), 0), 24_000, ModelLimits(4096), trace="")

        assert asked.context.is_cut
        assert held(asked) <= 4096

    def test_a_large_model_is_asked_as_ever(self):
        usual, large = plan(PAGE * 9), plan(PAGE * 9, context_tokens=128_000)

        assert [a.part for a in usual.calls] == [a.part for a in large.calls]
        assert [held(a) for a in usual.calls] == pytest.approx([held(a) for a in large.calls], 0.01)

    def test_what_has_too_long_an_instruction_is_asked_all_the_same(self):
        assert plan("A plan.", context_tokens=1024).calls[0].call.max_output_tokens >= 256

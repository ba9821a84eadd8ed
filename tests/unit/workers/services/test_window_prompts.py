import pytest

from shared.domain.model_limits import ModelLimits
from shared.domain.prompts import Prompt
from shared.domain.section_prompts import DocumentBrief, Edges, SectionBrief
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import Span, TextFormat
from shared.domain.tokens import count_all
from workers.services.window_calls import asked_again, plan_calls
from workers.services.window_prompts import WindowPrompts

MODEL = "gpt-4o"
PAGE = "The cat sat on the mat, and was as happy as a cat can be there. " * 40
OUTLINE = "\n".join(f"{n} A part about the cats of the {n}th house" for n in range(60))
WISH = "For readers who know cats. " * 30
DOCUMENT = DocumentBrief("ab12ef", "Of cats", OUTLINE, WISH)
EDGES = Edges("It ended so. " * 12, "It began so. " * 12)


def prompts(document=DOCUMENT, edges=EDGES):
    request = SuggestionRequest(PAGE, Span(0, len(PAGE)), TextFormat.TEXT, Prompt("Edit."))
    return WindowPrompts(request, SectionBrief(document, edges))


def held(asked):
    """Return how many tokens a call takes with the longest reply that it allows."""
    sent = sum(count_all([message.content for message in asked.call.messages], MODEL))
    return sent + asked.call.max_output_tokens


class TestFitted:
    def test_a_large_model_is_told_all(self):
        assert prompts().fitted(ModelLimits(), MODEL) == prompts()
        assert prompts().fitted(ModelLimits(128_000), MODEL) == prompts()

    def test_a_smaller_one_is_not_told_the_outline_but_the_wish(self):
        fitted = prompts().fitted(ModelLimits(4096), MODEL).brief

        assert fitted == SectionBrief(DocumentBrief("ab12ef", wish=WISH), EDGES)

    def test_a_tiny_one_sees_the_text_alone(self):
        fitted = prompts().fitted(ModelLimits(1024), MODEL).brief

        assert fitted == SectionBrief(DocumentBrief("ab12ef"))

    def test_edges_change_nothing_of_what_all_sections_share(self):
        long = Edges("word " * 5000, "word " * 5000)

        for context in (1024, 4096, 8192, 16_384):
            limits = ModelLimits(context)
            with_long = prompts(edges=long).fitted(limits, MODEL).brief
            assert with_long.document == prompts().fitted(limits, MODEL).brief.document

    @pytest.mark.parametrize("context", [1024, 2048, 4096, 8192])
    def test_every_call_fits_and_so_does_its_second_try(self, context):
        asked = prompts()
        limits = ModelLimits(context)
        calls = plan_calls(asked.request, limits, model=MODEL, trace="", brief=asked.brief).calls

        assert "".join(one.part.of(PAGE) for one in calls) == PAGE
        assert max(map(held, calls)) <= context
        assert max(held(asked_again(one, "漢 big " * 9000)) for one in calls) <= context

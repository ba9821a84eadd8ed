import pytest

from shared.domain.model_limits import ModelLimits
from shared.domain.prompts import Prompt
from shared.domain.section_prompts import DocumentBrief, Edges
from shared.domain.section_requests import SectionRequest, SectionTerms
from shared.domain.tariffs import Tariff
from shared.domain.text import TextFormat
from shared.domain.tokens import count_all
from workers.services.section_costs import SectionCosts
from workers.services.window_calls import asked_again, plan_calls

MODEL = "gpt-4o-mini"
INPUT_USD, OUTPUT_USD = 0.15e-6, 0.60e-6
DOCUMENT = DocumentBrief("ab12", "A title", "1 One\n" * 50, "For children. " * 20)
TERMS = SectionTerms(Prompt("Edit."), TextFormat.TEXT, DOCUMENT)
SHORT = SectionRequest("A big plan.", Edges("before", "after"))
LONG = SectionRequest("The cat sat on the mat, as happy as can be. " * 400)


def worst(*sections, model=MODEL, limits=None):
    return SectionCosts(Tariff(model), limits or ModelLimits()).of(TERMS, sections)


def dearest(section, limits):
    """Return what is paid if each call brings all that it may, the first one twice."""
    request, brief = TERMS.suggestions_for(section), TERMS.brief_for(section)
    calls = plan_calls(request, limits, model=MODEL, trace="", brief=brief).calls
    said = "word " * calls[0].call.max_output_tokens
    paid = 0.0
    for asked in (*calls, asked_again(calls[0], said)):
        sent = sum(count_all([message.content for message in asked.call.messages], MODEL))
        paid += sent * INPUT_USD + asked.call.max_output_tokens * OUTPUT_USD
    return paid


class TestWorstCosts:
    @pytest.mark.parametrize("section", [SHORT, LONG], ids=["short", "long"])
    @pytest.mark.parametrize("context", [None, 4096])
    def test_no_attempt_costs_more_and_few_cost_nearly_as_much(self, section, context):
        limits = ModelLimits(context)
        (most,) = worst(section, limits=limits)

        assert dearest(section, limits) <= most <= 1.6 * dearest(section, limits)

    def test_each_section_has_its_own(self):
        short, long, again = worst(SHORT, LONG, SHORT)

        assert short == again < long

    def test_what_has_no_price_has_no_worst_cost(self):
        assert worst(SHORT, LONG, model="llama3.2:1b") == [None, None]
        assert worst() == []

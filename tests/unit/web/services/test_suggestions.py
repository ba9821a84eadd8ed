from dataclasses import replace

import orjson
import pytest

from shared.data.redis.answers import CachedAnswer
from shared.domain.identity import Tier, new_caller
from shared.domain.limits import Allowance, Rate, Service
from shared.domain.model_limits import ModelLimits
from shared.domain.prompts import Prompt
from shared.domain.proposals import Proposal
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.suggestions import Edit
from shared.domain.tariffs import Tariff
from shared.domain.text import Span, TextFormat
from shared.domain.worst_costs import WorstCosts
from shared.jobs.records import Admitted, AnswerUsed
from web.services.submissions import FrontDesk, RequestTerms
from web.services.suggestions import SuggestionDesk

REQUEST = SuggestionRequest("A big plan.", Span(0, 11), TextFormat.TEXT, Prompt("Edit."))
PROPOSALS = (Proposal(Edit("big", "large"), Span(0, 11)),)


class House:
    """Admission and cache in one: it knows an answer, and where each step was done."""

    def __init__(self):
        self.steps, self.orders, self._is_aside = [], [], False

    def offload(self, step):
        self._note("compute")
        self._is_aside = True
        done = step()
        self._is_aside = False
        return done

    def find(self, mark, *, owner):
        self._note("find")
        return CachedAnswer(PROPOSALS, "m", 1)

    def admit(self, caller, order, rate, known=None):
        self._note("admit")
        self.orders.append(order)
        allowance = Allowance(Rate(Tier.ANONYMOUS, Service.SUGGESTIONS, 10), 9, 0)
        if known is None:
            return Admitted("placeable", "", 1, allowance)
        answer = AnswerUsed(known.result, len(known.events), known.age_ms)
        return Admitted("answered", "job_1", 1, allowance, answer=answer)

    def _note(self, step):
        assert not self._is_aside, f"{step} reached a thread that may only compute"
        self.steps.append(step)


@pytest.fixture
def house():
    return House()


@pytest.fixture
def desk(house):
    return SuggestionDesk(
        model="m",
        engine="m",
        time_scale=1.0,
        retention_s=60,
        cache_is_apart=False,
        front=FrontDesk(Service.SUGGESTIONS, 1.0, house, None, None),
        answers=house,
        offload=house.offload,
        costs=WorstCosts(ModelLimits(), 24_000),
        tariff=Tariff("m"),
    )


def submit(desk):
    return desk.submit(lambda: REQUEST, new_caller("a"), RequestTerms("req-1")).job


def test_an_answer_is_placed_again_aside_and_the_stores_are_asked_here(desk, house):
    found = orjson.loads(submit(desk).result)["suggestions"]

    assert [(one["original"], one["start"]) for one in found] == [("big", 2)]
    assert house.steps == ["admit", "find", "compute", "admit"]


def test_a_cache_apart_is_asked_first_and_placed_aside_too(desk, house):
    submit(replace(desk, cache_is_apart=True))

    assert house.steps == ["find", "compute", "admit"]


def test_a_job_lives_longer_where_the_model_is_slow(desk, house):
    for each in (desk, replace(desk, time_scale=3.0)):
        submit(each)

    assert house.orders[-1].budget_ms == pytest.approx(3 * house.orders[0].budget_ms, abs=3)

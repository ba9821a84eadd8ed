from dataclasses import replace
from itertools import count

import pytest

from shared.data.mongo import client as mongo
from shared.data.mongo.chat_turns import TurnRepository
from shared.data.mongo.conversations import ConversationRepository
from shared.domain.identity import Tier, new_caller
from shared.domain.limits import Allowance, Rate, Service
from shared.domain.model_limits import ModelLimits
from shared.domain.worst_costs import WorstCosts
from shared.errors import StoreUnavailableError
from shared.jobs.records import Admitted
from tests.unit.shared.data.chat_texts import a_turn
from web.services.chat import ChatDesk
from web.services.submissions import FrontDesk, RequestTerms

NOBODY = "mongodb://127.0.0.1:1/x"
REQUEST = a_turn().request
TERMS = RequestTerms("req-1")


class FakeAdmission:
    """Accepts everything, and remembers the orders."""

    def __init__(self):
        self.orders = []

    def admit(self, caller, order, rate, known):
        self.orders.append(order)
        allowance = Allowance(Rate(Tier.ANONYMOUS, Service.CHAT, 10), 9, 0)
        return Admitted("accepted", "job_1", 1, allowance, to_wake=("job_1",))


class FakeQueue:
    def __init__(self):
        self.woken = []

    def wake(self, work_id, queue):
        self.woken.append(work_id)


@pytest.fixture
def desk():
    """Return a desk whose MongoDB is away."""
    database = mongo.connect(NOBODY, timeoutMS=50)
    numbers = count(1)
    yield ChatDesk(
        models=("m", "n"),
        time_scale=1,
        new_id=lambda: f"{next(numbers):032}",
        conversations=ConversationRepository(database),
        turns=TurnRepository(database),
        front=FrontDesk(Service.CHAT, 1.0, FakeAdmission(), None, FakeQueue()),
        costs=WorstCosts(ModelLimits(), 24_000),
    )
    database.client.close()


class TestWhileMongoIsAway:
    def test_what_begins_a_conversation_is_accepted(self, desk):
        submitted = desk.submit(lambda: REQUEST, None, new_caller("a"), TERMS)

        assert submitted.job.id == "job_1"
        assert desk.front.queue.woken == ["job_1"]

    def test_what_goes_on_with_one_is_refused_before_it_costs(self, desk):
        with pytest.raises(StoreUnavailableError):
            desk.submit(lambda: REQUEST, "conv_1", new_caller("a"), TERMS)

        assert desk.front.admission.orders == []


class TestOrder:
    def test_the_work_is_neither_shared_nor_cached(self, desk):
        desk.submit(lambda: REQUEST, None, new_caller("a"), TERMS)
        (order,) = desk.front.admission.orders

        assert (order.mark, order.answer_mark) == (None, None)
        assert order.kind == "chat"

    def test_it_lives_as_long_as_its_texts_need(self, desk):
        longer = replace(REQUEST, message="x" * 32_000)
        desk.submit(lambda: REQUEST, None, new_caller("a"), TERMS)
        desk.submit(lambda: longer, None, new_caller("a"), TERMS)
        short, long = (order.budget_ms for order in desk.front.admission.orders)

        assert 120_000 < short < long <= 900_000

    def test_it_lives_longer_where_the_model_is_slow(self, desk):
        for each in (desk, replace(desk, time_scale=3)):
            each.submit(lambda: REQUEST, None, new_caller("a"), TERMS)
        usual, slow = (order.budget_ms for order in desk.front.admission.orders)

        assert slow == pytest.approx(3 * usual, abs=3)

    @pytest.mark.parametrize(("named", "model"), [(None, "m"), ("n", "n"), ("gone", "m")])
    def test_a_model_that_is_not_to_be_had_gives_way_to_the_default(self, desk, named, model):
        assert desk.model(named) == model

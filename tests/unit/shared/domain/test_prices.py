import pytest

from shared.domain.prices import cost_usd, has_price, name_prices
from shared.domain.tariffs import Tariff


def price(model):
    million = 1_000_000
    return cost_usd(model, input_tokens=million, cached_tokens=million // 2, output_tokens=million)


@pytest.fixture
def named():
    name_prices(
        {
            "mine": {"input": 2, "cached": 1, "output": 3},
            "gpt-4o": {"input": 0, "cached": 0, "output": 0},
        }
    )
    yield
    name_prices({})


class TestNamePrices:
    def test_they_stand_beside_the_table_and_before_it(self, named):
        assert has_price("mine")
        assert (price("mine"), price("gpt-4o")) == (4.5, 0)
        assert price("gpt-4o-mini") == pytest.approx(0.7125)

    def test_without_them_only_the_table_counts(self):
        assert not has_price("mine")
        assert price("mine") is None
        assert price("gpt-4o") == pytest.approx(11.875)


class TestTariff:
    def test_a_call_that_failed_is_paid_beside_the_one_in_its_place(self, named):
        alone, both = Tariff("mine"), Tariff("mine", "gpt-4o-mini")

        assert both.price(1000, 100) == alone.price(1000, 100) + Tariff("gpt-4o-mini").price(
            1000, 100
        )

    def test_one_call_may_be_asked_again(self, named):
        tariff = Tariff("mine")

        assert tariff.worst([]) == 0
        assert tariff.worst([(100, 10)]) > 2 * tariff.price(100, 10)
        assert tariff.worst([(100, 10), (900, 10)]) < 3 * tariff.price(900, 10)

    def test_some_models_cost_nothing(self, named):
        assert Tariff("offline-rules-1").is_free
        assert Tariff("gpt-4o").is_free
        assert not Tariff("mine").is_free
        assert not Tariff("gpt-4o", "mine").is_free
        assert not Tariff("nobody-knows").is_free

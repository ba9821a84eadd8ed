import pytest

from shared.domain.identity import Tier
from shared.domain.limits import Service, most_running, rate_for

# What the contract promises: requests a minute, and as many at once.
PROMISED = {
    Service.SUGGESTIONS: (20, 60, 600),
    Service.CHAT: (10, 30, 300),
    Service.BATCHES: (2, 10, 100),
    Service.AUTH: (10, 10, 100),
    Service.READS: (300, 600, 6000),
}


@pytest.mark.parametrize("service", Service)
def test_each_tier_has_its_rate_for_each_service(service):
    rates = [rate_for(tier, service) for tier in Tier]

    assert tuple(rate.limit for rate in rates) == PROMISED[service]
    assert [rate.per_ms * 60_000 for rate in rates] == pytest.approx(PROMISED[service])


def test_an_installation_may_have_other_rates():
    assert rate_for(Tier.USER, Service.CHAT, scale=2.5).limit == 75
    assert rate_for(Tier.ANONYMOUS, Service.BATCHES, scale=0.1).limit == 1


def test_only_so_much_of_one_owner_runs_at_once():
    assert [most_running(tier) for tier in Tier] == [10, 30, 300]
    assert most_running(Tier.ANONYMOUS, scale=3) == 30
    assert most_running(Tier.ANONYMOUS, scale=0.01) == 1

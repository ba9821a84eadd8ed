"""Jobs that end, and what was counted of them."""

from dataclasses import replace

from shared.jobs.records import Usage
from tests.unit.shared.data.redis_house import SUCCESS

SPENT = Usage(input_tokens=100, cached_tokens=10, output_tokens=7, cost_usd=0.000019)


def today(house):
    return house.redis.time()[0] // 86_400


def end(house, ending=SUCCESS, usage=SPENT, **order):
    """Submit, claim and finish a job."""
    admitted, lease = house.begin(**order)
    house.finish(lease, replace(ending, usage=usage))
    return admitted


def counted(house, counters, owner=None):
    """Return the counts of the owner's two last days together."""
    days = counters.of_owner(owner or house.caller.owner, [today(house) - 1, today(house)])
    found = {}
    for day in days:
        for name, count in day.counts.items():
            found[name] = found.get(name, 0) + count
    return found

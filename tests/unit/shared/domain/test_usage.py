from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.usage import Usage, UsageDay, by_day, date_of, day_of, newest_states, total

DAY = day_of(date(2026, 11, 23))


def a_day(place="0:u1:x", day=DAY, changes=1, **counts):
    return UsageDay(place, "u1", day, changes, counts)


class TestByDay:
    def test_of_two_states_of_a_place_the_newer_one_counts(self):
        found = [a_day(changes=2, joined=2), a_day(changes=1, joined=1), a_day("1:u1:x", joined=5)]

        assert [each.counts["joined"] for each in newest_states(found)] == [2, 5]

    def test_every_day_is_there_and_no_other(self):
        found = [a_day(joined=1), a_day("other", DAY + 1, joined=1)]
        usage = by_day(found, date(2026, 11, 22), date(2026, 11, 23))

        assert [(on.day, each.joined) for on, each in usage.items()] == [(22, 0), (23, 1)]


class TestUsage:
    def test_it_tells_jobs_their_outcomes_and_the_cached_share(self):
        usage = Usage()
        usage.add(
            {"jobs:suggestion:cached": 1, "jobs:suggestion:complete": 2, "jobs:chat:failed": 1}
        )

        assert usage.jobs == 4
        assert usage.by_kind == {"suggestion": {"cached": 1, "complete": 2}, "chat": {"failed": 1}}
        assert usage.cached_share == 0.25

    def test_without_jobs_there_is_no_share(self):
        assert Usage().cached_share is None

    @given(st.lists(st.integers(0, 10**12), max_size=20))
    def test_costs_add_up_to_the_last_digit(self, costs):
        every = []
        for cost in costs:
            usage = Usage()
            usage.add({"cost_nusd": cost, "jobs:chat:complete": 1})
            every.append(usage)

        assert total(every).cost_nusd == sum(costs)
        assert total(every).jobs == len(costs)

    def test_days_have_numbers(self):
        assert (day_of(date(1970, 1, 2)), date_of(1)) == (1, date(1970, 1, 2))

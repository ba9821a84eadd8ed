import pytest

from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace
from shared.data.redis.section_answers import SectionAnswer, SectionAnswers
from shared.domain.proposals import Proposal
from shared.domain.suggestions import Edit
from shared.domain.text import Span
from shared.jobs.batches import SectionResult

PROPOSAL = Proposal(Edit("big", "large", alternatives=("great",)), Span(0, 11))
SHOWN = SectionResult([{"start": 2, "end": 5, "original": "big"}], {"LIMIT": 1})
ANSWER = SectionAnswer((PROPOSAL,), "m", 0.0125, 20, "abc", SHOWN)
WEEK_S = 7 * 24 * 3600


@pytest.fixture
def cache(redis):
    return SectionAnswers(redis, KeySpace(4))


class TestSectionAnswers:
    def test_it_gives_back_what_was_kept(self, cache):
        cache.keep("mark", ANSWER, owner="s1")

        assert cache.find("mark", owner="s1") == ANSWER
        assert cache.find("other", owner="s1") is None

    def test_it_keeps_for_a_week(self, cache, redis):
        cache.keep("mark", ANSWER, owner="s1")
        (key,) = redis.keys()

        assert WEEK_S - 10 < redis.ttl(key) <= WEEK_S

    def test_many_are_found_at_once(self, cache):
        free = SectionAnswer((), "m", None, 5, "", SectionResult([]))
        for n in range(0, 250, 2):
            cache.keep(f"mark-{n}", free if n % 4 else ANSWER, owner="s1")

        found = cache.find_many((f"mark-{n}" for n in range(250)), owner="s1")

        assert set(found) == {f"mark-{n}" for n in range(0, 250, 2)}
        assert (found["mark-2"], found["mark-4"]) == (free, ANSWER)

    @pytest.mark.parametrize("damage", ["", "{", "[]", '{"edits": [1]}', '{"edits": []}', "null"])
    def test_what_nobody_can_read_is_a_miss(self, cache, redis, damage):
        cache.keep("mark", ANSWER, owner="s1")
        cache.keep("good", ANSWER, owner="s1")
        redis.set(KeySpace(4).of_owner("s1").section_answer("mark"), damage)

        assert set(cache.find_many(["mark", "good"], owner="s1")) == {"good"}

    def test_a_cache_that_is_away_is_a_miss(self):
        away = SectionAnswers(connect("redis://127.0.0.1:1", timeout_s=0.2), KeySpace(1))
        away.keep("mark", ANSWER, owner="s1")

        assert away.find_many(["mark"], owner="s1") == {}

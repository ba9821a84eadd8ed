from shared.data.redis.answers import AnswerCache, CachedAnswer, Rendering
from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace
from shared.domain.proposals import Proposal
from shared.domain.suggestions import Edit
from shared.domain.text import Span

PROPOSAL = Proposal(Edit("big", "large", alternatives=("great",)), Span(0, 11))
ANSWER = CachedAnswer((PROPOSAL,), "m", 1000)
SHOWN = Rendering("utf-16:20", "{}", ())


class TestAnswerCache:
    def test_it_gives_back_what_was_kept(self, redis):
        cache = AnswerCache(redis, KeySpace(1))
        cache.keep("mark", ANSWER, SHOWN, owner="s1")

        assert cache.find("mark", owner="s1") == ANSWER
        assert cache.find("other", owner="s1") is None

    def test_it_keeps_for_half_an_hour(self, redis):
        AnswerCache(redis, KeySpace(1)).keep("mark", ANSWER, SHOWN, owner="s1")
        (key,) = redis.keys()

        assert 1790 < redis.ttl(key) <= 1800

    def test_a_cache_that_is_away_is_a_miss(self):
        cache = AnswerCache(connect("redis://127.0.0.1:1", timeout_s=0.2), KeySpace(1))
        cache.keep("mark", ANSWER, SHOWN, owner="s1")

        assert cache.find("mark", owner="s1") is None

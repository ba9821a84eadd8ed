import pytest

from shared.data.redis import record_cache
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import Cached, CacheServers, Codec, RecordCache
from shared.errors import ConflictError, StoreUnavailableError
from tests.unit.shared.data.cached_values import ME, TEXT, THING, YOU, Shelf, find


@pytest.fixture
def shelf():
    return Shelf("first")


@pytest.fixture(params=[True, False], ids=["one server", "two servers"])
def cache(redis, request):
    servers = CacheServers(redis, redis, are_one=request.param)
    return RecordCache(servers, KeySpace(7), Cached.DOCUMENT, TEXT)


class TestFind:
    def test_it_asks_once(self, cache, shelf):
        assert [find(cache, shelf) for _ in range(3)] == ["first"] * 3
        assert shelf.reads == 1

    def test_no_owner_is_given_what_another_one_saw(self, cache, shelf):
        find(cache, shelf)
        shelf.value = "as you see it"

        assert (find(cache, shelf, YOU), find(cache, shelf)) == ("as you see it", "first")

    def test_what_is_not_there_is_asked_again(self, cache):
        assert find(cache, Shelf(None)) is None
        assert find(cache, Shelf("made meanwhile")) == "made meanwhile"

    def test_parts_are_kept_apart_and_end_together(self, cache, shelf):
        cache.find(THING, ME, shelf.read, part="1")
        shelf.value = "second"
        assert find(cache, shelf) == "second"
        assert cache.find(THING, ME, shelf.read, part="1") == "first"
        with cache.changing(THING):
            pass

        assert cache.find(THING, ME, shelf.read, part="1") == "second"

    def test_what_another_release_wrote_down_is_read_again(self, redis):
        servers = CacheServers(redis, redis, are_one=True)
        then = RecordCache(servers, KeySpace(7), Cached.DOCUMENT, TEXT)
        now = RecordCache(servers, KeySpace(7), Cached.DOCUMENT, Codec.of(int))
        then.find(THING, ME, Shelf("a word").read)

        assert now.find(THING, ME, Shelf(7).read) == now.find(THING, ME, Shelf(8).read) == 7

    def test_what_is_not_there_leaves_nothing_behind(self, cache, redis):
        find(cache, Shelf(None))

        assert redis.keys("cd:*") == []

    def test_one_who_may_not_see_it_costs_others_nothing(self, cache, shelf):
        find(cache, shelf)
        find(cache, Shelf(None), YOU)
        find(cache, shelf)

        assert shelf.reads == 1

    def test_values_and_generations_go_after_their_time(self, cache, shelf, redis):
        find(cache, shelf)

        assert len(redis.keys("cd:*")) == 2
        assert all(0 < redis.ttl(key) <= 300 for key in redis.keys("cd:*"))


class TestChanging:
    def test_all_owners_see_the_change(self, cache, shelf):
        assert (find(cache, shelf), find(cache, shelf, YOU)) == ("first", "first")
        with cache.changing(THING):
            shelf.value = "second"

        assert (find(cache, shelf), find(cache, shelf, YOU)) == ("second", "second")

    def test_what_is_read_during_a_change_is_not_kept(self, cache, shelf):
        with cache.changing(THING):
            assert find(cache, shelf) == "first"
            shelf.value = "second"
            assert find(cache, shelf) == "second"
        shelf.value = "third"

        assert find(cache, shelf) == "third"

    def test_the_end_of_one_change_does_not_end_another(self, cache, shelf):
        with cache.changing(THING):
            with cache.changing(THING):
                pass
            find(cache, shelf)
            shelf.value = "second"

        assert find(cache, shelf) == "second"

    def test_a_slow_reader_keeps_nothing_that_is_believed(self, cache, shelf):
        def slow():
            with cache.changing(THING):
                shelf.value = "second"
            return "first"

        assert cache.find(THING, ME, slow) == "first"
        assert find(cache, shelf) == "second"

    def test_after_a_writer_died_values_from_before_are_not_believed(
        self, cache, shelf, monkeypatch
    ):
        find(cache, shelf)
        monkeypatch.setattr(record_cache, "_CHANGE_MS", 1)
        died = cache.changing(THING)
        died.__enter__()
        shelf.value = "second"

        assert [find(cache, shelf) for _ in range(50)] == ["second"] * 50
        assert shelf.reads < 50  # and it is cached again

    def test_many_things_may_change_at_once(self, cache, shelf):
        others = [f"doc_{number}" for number in range(9)]
        for each in others:
            cache.find(each, ME, shelf.read)
        with cache.changing(*others):
            shelf.value = "second"

        assert {cache.find(each, ME, shelf.read) for each in others} == {"second"}

    @pytest.mark.parametrize(("error", "reads"), [(ConflictError, 1), (StoreUnavailableError, 3)])
    def test_only_a_change_that_was_refused_is_over(self, cache, shelf, error, reads):
        with pytest.raises(error), cache.changing(THING):
            raise error("no")
        for _ in range(3):
            find(cache, shelf)

        assert shelf.reads == reads

    def test_other_things_stay(self, cache, shelf):
        find(cache, shelf)
        with cache.changing("doc_2"):
            pass

        assert (find(cache, shelf), shelf.reads) == ("first", 1)

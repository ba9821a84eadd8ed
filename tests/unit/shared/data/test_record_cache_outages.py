import pytest
from redis import Redis

from shared.data.redis import record_cache
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import Cached, CacheServers, RecordCache
from shared.errors import StoreUnavailableError
from tests.unit.shared.data.cached_values import TEXT, THING, Shelf, find, nobody


@pytest.fixture
def shelf():
    return Shelf("first")


@pytest.fixture(params=[True, False], ids=["one server", "two servers"])
def cache(redis, request):
    servers = CacheServers(redis, redis, are_one=request.param)
    return RecordCache(servers, KeySpace(7), Cached.DOCUMENT, TEXT)


class TestOutages:
    def test_without_generations_reads_go_on_and_changes_are_refused(self, redis, shelf):
        servers = CacheServers(nobody(), redis, are_one=False)
        cache = RecordCache(servers, KeySpace(1), Cached.PROFILE, TEXT)
        with pytest.raises(StoreUnavailableError), cache.changing(THING):
            shelf.value = "never"

        assert [find(cache, shelf), find(cache, shelf)] == ["first", "first"]

    def test_a_full_server_takes_no_more_and_reads_go_on(self, cache, shelf, redis):
        redis.config_set("maxmemory", 1)
        try:
            assert [find(cache, shelf), find(cache, shelf)] == ["first", "first"]
            with cache.changing(THING):
                shelf.value = "second"
            assert find(cache, shelf) == "second"
        finally:
            redis.config_set("maxmemory", 0)

        assert shelf.reads == 3

    def test_without_values_both_go_on(self, redis, shelf):
        servers = CacheServers(redis, nobody(), are_one=False)
        cache = RecordCache(servers, KeySpace(1), Cached.TEMPLATE, TEXT)
        find(cache, shelf)
        with cache.changing(THING):
            shelf.value = "second"

        assert find(cache, shelf) == "second"

    def test_a_cache_that_fails_is_left_alone_for_a_while(self, redis, shelf, monkeypatch):
        asked = []
        monkeypatch.setattr(record_cache, "_AVOID_S", 600.0)
        lame = nobody()
        monkeypatch.setattr(Redis, "get", lambda self, key: asked.append(key) or 1 / 0)
        monkeypatch.setattr(record_cache, "RedisError", (ZeroDivisionError, OSError))
        servers = CacheServers(redis, lame, are_one=False)
        cache = RecordCache(servers, KeySpace(1), Cached.DOCUMENT, TEXT)
        for _ in range(3):
            find(cache, shelf)

        assert (len(asked), shelf.reads) == (1, 3)

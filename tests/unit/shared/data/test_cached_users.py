from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.data.cached_users import CachedUserRepository
from shared.data.mongo.indexes import Indexes
from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import CacheServers
from shared.domain.accounts import EmailAddress, Role, User
from shared.errors import ConflictError, StoreUnavailableError

ANN = User("u01", "Ann@x.test", "ann@x.test", "Ann", "hash", Role.USER, datetime.now(UTC))


@pytest.fixture
def users(database, redis):
    Indexes(database).make()
    servers = CacheServers(redis, redis, are_one=True)
    found = CachedUserRepository(database, servers, KeySpace(1))
    found.add(ANN)
    assert found.profile(ANN.id).name == "Ann"
    return found


class TestProfile:
    def test_it_is_read_once(self, users, database):
        database["users"].delete_many({})

        assert users.profile(ANN.id).email == "Ann@x.test"

    def test_what_logs_somebody_in_is_not_in_the_cache(self, users, redis):
        kept = [redis.get(key) for key in redis.keys("cd:*cached:*")]

        assert len(kept) == 1
        assert "hash" not in kept[0]

    def test_each_change_is_seen_at_once(self, users):
        users.rename(ANN.id, name="Anne", email=EmailAddress("a@x.test", "a@x.test"))
        users.set_role(ANN.id, Role.ADMIN)
        changed = users.profile(ANN.id)

        assert (changed.name, changed.email, changed.role) == ("Anne", "a@x.test", Role.ADMIN)

    def test_who_leaves_is_gone_at_once(self, users):
        users.begin_deleting(ANN.id)

        assert users.profile(ANN.id) is None

    def test_a_change_that_is_refused_changes_nothing(self, users):
        users.add(replace(ANN, id="u02", email_key="b@x.test"))
        with pytest.raises(ConflictError):
            users.rename(ANN.id, name="B", email=EmailAddress("b@x.test", "b@x.test"))

        assert users.profile(ANN.id).name == "Ann"

    def test_while_redis_is_away_it_is_read_and_not_changed(self, users, database):
        nobody = connect("redis://127.0.0.1:1/0", timeout_s=0.1)
        servers = CacheServers(nobody, nobody, are_one=True)
        alone = CachedUserRepository(database, servers, KeySpace(1))
        with pytest.raises(StoreUnavailableError):
            alone.set_role(ANN.id, Role.ADMIN)

        assert alone.profile(ANN.id).role is Role.USER

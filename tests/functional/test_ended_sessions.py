"""What sessions leave behind, over the real stores."""

import time

import pytest
from redis import Redis

from shared.data.abandonments import abandonments
from shared.data.cached_records import cached_records
from shared.data.mongo.client import open_database
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import CacheServers
from shared.domain.identity import session_owner
from tests.chat_client import chat, some_question
from tests.document_client import create, path
from tests.promotion_client import session_of
from tests.stack import until

KINDS = ("documents", "conversations", "messages")


@pytest.fixture
def database(stack):
    found = open_database(stack.settings)
    yield found
    found.client.close()


@pytest.fixture
def keys(stack):
    return KeySpace(stack.settings.partitions)


@pytest.fixture
def redis(stack):
    with Redis.from_url(str(stack.settings.redis_uri), decode_responses=True) as client:
        yield client


@pytest.fixture
def tidy(database, redis, keys):
    """Return a function that looks at every session, and keeps things of ended ones for 1 s."""
    redis.set(next(iter(keys)).watched, int(time.time()) - 60)

    def look():
        servers = CacheServers(redis, redis, are_one=True)
        records = cached_records(database, servers, keys)
        upkeep = abandonments(
            records,
            database,
            redis,
            keys,
            1,
        )
        while not upkeep.progress.rests_until:
            upkeep.look_on()

    return look


@pytest.fixture
def end_session(redis, keys):
    """Return a function that ends a session and gives what it owned things as."""

    def end(someone):
        owner = session_owner(session_of(someone))
        redis.delete(keys.of_owner(owner).session(owner))
        return owner

    return end


def test_they_go_with_it_and_others_stay(tidy, end_session, writer, other_writer, database):
    kept = create(other_writer)
    create(writer)
    chat(writer, some_question())
    mine = {"owner": end_session(writer), "deleted_at": None}

    def left():
        return [kind for kind in KINDS if database[kind].count_documents(mine)]

    assert left() == list(KINDS)
    until(lambda: tidy() or not left(), left)
    assert other_writer.http.get(path(kept)).status_code == 200

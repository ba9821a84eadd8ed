from contextlib import ExitStack

import pytest
from pymongo import ReadPreference
from pymongo.errors import (
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    WriteConcernError,
    WTimeoutError,
)

from shared.data.mongo.client import (
    by_preference,
    in_time,
    open_database,
    unavailable_when_away,
)
from shared.errors import StoreUnavailableError
from shared.settings import Settings

STORES = {"redis_uri": "redis://127.0.0.1:1/0", "mongo_uri": "mongodb://127.0.0.1:1/x"}
AWAY = [NetworkTimeout, ExecutionTimeout, WTimeoutError, WriteConcernError]


@pytest.fixture
def new_database():
    """Return a function that opens a database, where nobody listens, under these settings."""
    with ExitStack() as opened:

        def make(**changed):
            database = open_database(Settings(_env_file=None, **STORES, **changed))
            opened.callback(database.client.close)
            return database

        yield make


class TestConnection:
    def test_a_write_is_in_the_journal_of_most_members(self, new_database):
        assert new_database().write_concern.document == {"w": "majority", "j": True}

    def test_reads_ask_the_primary_unless_they_go_by_preference(self, new_database):
        things = new_database(mongo_read_preference="secondaryPreferred")["things"]

        assert things.read_preference == ReadPreference.PRIMARY
        assert by_preference(things).read_preference.mongos_mode == "secondaryPreferred"

    def test_settings_say_how_many_connections_there_may_be_and_how_long_they_wait(
        self, new_database
    ):
        options = new_database(mongo_pool_size=7, mongo_timeout=0.25).client.options

        assert (options.pool_options.max_pool_size, options.timeout) == (7, 0.25)

    def test_a_server_that_does_not_answer_in_time_is_away(self, new_database):
        things = new_database(mongo_timeout=0.05)["things"]
        with pytest.raises(StoreUnavailableError), in_time(things):
            things.find_one({})


@pytest.mark.parametrize("error", AWAY)
def test_who_cannot_answer_or_keep_a_write_is_away(error):
    with pytest.raises(StoreUnavailableError), unavailable_when_away():
        raise error("no majority")


@pytest.mark.parametrize("error", [DuplicateKeyError, OperationFailure])
def test_a_fault_of_ours_goes_through_as_it_is(error):
    with pytest.raises(error), unavailable_when_away():
        raise error("ours")

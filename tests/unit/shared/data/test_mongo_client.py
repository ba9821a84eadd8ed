import pytest
from pymongo.errors import (
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    WriteConcernError,
    WTimeoutError,
)

from shared.data.mongo.client import unavailable_when_away
from shared.errors import StoreUnavailableError

AWAY = [NetworkTimeout, ExecutionTimeout, WTimeoutError, WriteConcernError]


@pytest.mark.parametrize("error", AWAY)
def test_who_cannot_answer_or_keep_a_write_is_away(error):
    with pytest.raises(StoreUnavailableError), unavailable_when_away():
        raise error("no majority")


@pytest.mark.parametrize("error", [DuplicateKeyError, OperationFailure])
def test_a_fault_of_ours_goes_through_as_it_is(error):
    with pytest.raises(error), unavailable_when_away():
        raise error("ours")

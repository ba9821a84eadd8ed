import time
from types import SimpleNamespace

import pytest
import uuid_utils

from shared.data.mongo.audit import BEGUN, DONE, AuditLog, Deed
from shared.errors import NotFoundError, StoreUnavailableError

DEED = Deed("u1", "pause", "bulk", "req-1")


@pytest.fixture
def audit(database):
    return AuditLog(database)


def outcomes(audit):
    return [entry.outcome for entry in audit.newest(10)]


class TestRecorded:
    def test_it_stands_there_before_it_is_done(self, audit):
        with audit.recorded(DEED):
            (seen,) = audit.newest(10)

        assert (seen.deed, seen.outcome) == (DEED, BEGUN)
        assert outcomes(audit) == [DONE]

    def test_what_went_wrong_stands_there_by_its_code(self, audit):
        with pytest.raises(NotFoundError), audit.recorded(DEED):
            raise NotFoundError("none")

        assert outcomes(audit) == ["NOT_FOUND"]

    def test_of_what_broke_nobody_knows_what_came(self, audit):
        with pytest.raises(ZeroDivisionError), audit.recorded(DEED):
            raise ZeroDivisionError

        assert outcomes(audit) == [BEGUN]

    def test_nor_of_what_a_store_may_have_done_that_went_away(self, audit):
        with pytest.raises(StoreUnavailableError), audit.recorded(DEED):
            raise StoreUnavailableError("away")

        assert outcomes(audit) == [BEGUN]

    def test_a_deed_that_is_done_stays_done_when_mongo_goes_away(self, audit, monkeypatch):
        with audit.recorded(DEED):
            monkeypatch.setattr(audit, "_entries", Away())

        monkeypatch.undo()
        assert outcomes(audit) == [BEGUN]

    def test_nothing_is_done_that_cannot_be_written_down(self, audit, monkeypatch):
        monkeypatch.setattr(audit, "_entries", Away())
        with pytest.raises(StoreUnavailableError), audit.recorded(DEED):
            pytest.fail("it was done")


class Away:
    """A collection of a server that does not answer."""

    def __getattr__(self, _):
        raise StoreUnavailableError("away")


class TestPages:
    def paged(self, audit):
        """Note seven deeds; return those that pages of three show."""
        for n in range(7):
            audit.note(Deed("u1", str(n), "", ""), DONE)
        seen, before = [], ""
        while page := audit.newest(3, before=before):
            assert len(page) <= 3
            seen += [entry.deed.what for entry in page]
            before = page[-1].id
        return seen

    def test_each_goes_on_where_the_last_one_ended(self, audit):
        assert self.paged(audit) == list("6543210")

    def test_none_is_left_out_of_those_that_share_a_moment(self, audit, monkeypatch):
        moment = uuid_utils.uuid7().hex[:12]
        ids = iter([SimpleNamespace(hex=f"{moment}7{n:019}") for n in range(7)])
        monkeypatch.setattr(uuid_utils, "uuid7", lambda: next(ids))

        assert self.paged(audit) == list("6543210")

    def test_the_moment_is_that_of_the_clock(self, audit):
        audit.note(DEED, DONE)

        assert abs(audit.newest(1)[0].at.timestamp() - time.time()) < 60

import pytest

from shared.errors import StoreUnavailableError
from web.services.preparation import Preparation


def away():
    raise StoreUnavailableError("The document store does not answer")


def refused():
    raise ValueError("no such index")


class Steps(list):
    """Notes which steps were taken; each does what it is told, one time after another."""

    def step(self, name, *doings):
        left = iter(doings)

        def take():
            self.append(name)
            return next(left, lambda: None)()

        return take


@pytest.fixture
def steps():
    return Steps()


class TestReadiness:
    def test_it_is_ready_once_all_were_taken(self, steps):
        preparation = Preparation([steps.step("indexes"), steps.step("templates")])

        assert not preparation.is_ready
        assert preparation.take()
        assert (preparation.is_ready, steps) == (True, ["indexes", "templates"])

    def test_it_is_not_while_one_finds_mongodb_away(self, steps):
        preparation = Preparation([steps.step("indexes", away), steps.step("templates")])

        assert not preparation.take()
        assert not preparation.is_ready
        assert preparation.take()
        assert (preparation.is_ready, steps) == (True, ["indexes", "templates", "indexes"])

    @pytest.mark.parametrize("doing", [refused, lambda: False])
    def test_what_is_refused_or_of_another_process_keeps_nobody_waiting(self, steps, doing):
        preparation = Preparation([steps.step("indexes", doing), steps.step("templates")])

        assert not preparation.take()
        assert (preparation.is_ready, steps) == (True, ["indexes", "templates"])
        assert preparation.take()

    def test_who_was_ready_stays_so(self, steps):
        preparation = Preparation([steps.step("indexes", refused, away)])
        preparation.take()
        preparation.take()

        assert preparation.is_ready

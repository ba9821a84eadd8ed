import pytest

from shared.errors import ProviderTimeoutError
from workers.services.interrupts import Interrupt, LeaseLostError, StoppedError


@pytest.fixture
def interrupt():
    return Interrupt(total_s=600)


class TestStop:
    def test_it_shuts_what_is_attached(self, interrupt):
        shut = []
        interrupt.attach(lambda: shut.append(1))
        interrupt.stop(StoppedError())

        assert shut == [1]
        with pytest.raises(StoppedError):
            interrupt.check()

    def test_it_shuts_what_is_attached_too_late(self, interrupt):
        shut = []
        interrupt.stop(StoppedError())
        interrupt.attach(lambda: shut.append(1))

        assert shut == [1]

    def test_the_first_reason_stands(self, interrupt):
        interrupt.stop(LeaseLostError())
        interrupt.stop(StoppedError())

        with pytest.raises(LeaseLostError):
            interrupt.check()

    def test_what_is_detached_is_left_alone(self, interrupt):
        shut = []
        interrupt.attach(lambda: shut.append(1))
        interrupt.attach(None)
        interrupt.stop(StoppedError())

        assert shut == []

    def test_until_then_nothing_is_raised(self, interrupt):
        interrupt.check()
        interrupt.stop_if_late()
        interrupt.check()


class TestDeadlines:
    def test_a_part_that_is_overdue_stops_the_call(self, interrupt):
        interrupt.expect(-1)
        interrupt.stop_if_late()

        with pytest.raises(ProviderTimeoutError):
            interrupt.check()

    def test_a_part_that_came_puts_it_off(self, interrupt):
        interrupt.expect(-1)
        interrupt.expect(300)
        interrupt.stop_if_late()

        interrupt.check()

    def test_when_the_call_is_over_no_part_is_due(self, interrupt):
        interrupt.expect(-1)
        interrupt.attach(None)
        interrupt.stop_if_late()

        interrupt.check()

    def test_the_end_cannot_be_put_off(self):
        interrupt = Interrupt(total_s=-1)
        interrupt.expect(300)
        interrupt.stop_if_late()

        with pytest.raises(ProviderTimeoutError):
            interrupt.check()


class TestForgive:
    def test_a_late_call_is_forgotten_for_the_next_one(self, interrupt):
        interrupt.stop(ProviderTimeoutError("late"))

        assert interrupt.forgive()
        interrupt.check()
        assert interrupt.ignored(-1) is None

    @pytest.mark.parametrize("reason", [StoppedError(), LeaseLostError()])
    def test_what_is_stopped_stays_stopped(self, interrupt, reason):
        interrupt.stop(reason)

        assert not interrupt.forgive()
        with pytest.raises(type(reason)):
            interrupt.check()

    def test_late_work_stays_late(self):
        interrupt = Interrupt(total_s=0)
        interrupt.stop(ProviderTimeoutError("late"))

        assert not interrupt.forgive()

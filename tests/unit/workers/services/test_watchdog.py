import pytest

from workers.services.watchdog import Vigil

ONE, OTHER = 101, 102


@pytest.fixture
def looks():
    """Return a function that lets a vigil look at the given times, and returns whom it ends when.

    `signs` says who gives one before the look at this time.
    """

    def run(times, signs, stall_s=20.0):
        vigil, ended = Vigil(stall_s), []
        for at in times:
            for pid in vigil.look(at, signs(at)):
                ended.append((pid, at))
                vigil.forget(pid)
        return ended

    return run


def until(last, *pids):
    """Give signs until then, and none later."""
    return lambda at: {*pids} if at <= last else set()


class TestVigil:
    def test_it_ends_one_that_fell_silent_within_half_a_minute(self, looks):
        ((pid, at),) = looks(range(1000, 1200), until(1050, ONE))

        assert pid == ONE
        assert 20 <= at - 1050 <= 22

    def test_it_tells_a_pools_processes_apart(self, looks):
        ended = looks(range(100), lambda at: {ONE, OTHER} if at < 10 else {OTHER})

        assert [pid for pid, _ in ended] == [ONE]

    def test_it_leaves_alone_who_gives_signs_however_long_it_does_nothing_else(self, looks):
        assert looks(range(10_000), lambda at: {ONE}) == []

    def test_a_start_may_take_its_time(self, looks):
        assert looks(range(10_000), lambda at: set()) == []

    def test_signs_may_be_late_but_for_the_last_moment(self, looks):
        assert looks(range(10_000), lambda at: {ONE} if at % 20 == 0 else set()) == []

    @pytest.mark.parametrize("slept_s", [3, 30, 30_000])
    def test_a_machine_or_container_that_slept_costs_nobody_anything(self, looks, slept_s):
        asleep = [*range(15), *range(15 + slept_s, 33 + slept_s)]

        assert looks(asleep, until(3, ONE)) == []

    def test_after_waking_up_it_counts_anew(self, looks):
        ((pid, at),) = looks([*range(15), *range(100, 150)], until(3, ONE))

        assert (pid, at) == (ONE, 120)

    def test_a_processor_that_is_short_for_itself_is_no_proof(self, looks):
        assert looks(range(0, 1000, 3), until(30, ONE)) == []

    def test_it_is_never_sure_at_once(self, looks):
        ((_, at),) = looks(range(1000, 1100), until(1010, ONE), stall_s=0.1)

        assert at == 1015

    def test_one_that_is_forgotten_and_wakes_up_is_watched_again(self, looks):
        ended = looks(range(100), lambda at: {ONE} if at < 5 or at == 40 else set())

        assert [at for _, at in ended] == [24, 60]

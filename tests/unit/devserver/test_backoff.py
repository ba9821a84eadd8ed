from itertools import pairwise

from devserver.backoff import LONGEST_S, Backoff

KILLED, FAILED = -9, 1


class TestBackoff:
    def test_it_starts_a_killed_program_again_at_once_each_time(self):
        backoff = Backoff()

        assert max(backoff.after(2.0, KILLED) for _ in range(100)) < 0.1

    def test_it_waits_ever_longer_for_a_program_that_keeps_failing_soon(self):
        backoff = Backoff()
        waits = [backoff.after(1.5, FAILED) for _ in range(10)]

        assert all(later == 2 * earlier for earlier, later in pairwise(waits))
        assert sum(wait < 1 for wait in waits) == 5

    def test_it_counts_a_kill_right_after_the_start_as_a_failure(self):
        backoff = Backoff()
        waits = [backoff.after(0.1, KILLED) for _ in range(10)]

        assert waits[-1] > 10

    def test_it_never_waits_longer_than_the_longest(self):
        backoff = Backoff()
        waits = [backoff.after(0.1, FAILED) for _ in range(5000)]

        assert max(waits) == LONGEST_S

    def test_it_forgets_failures_once_the_program_has_lived(self):
        backoff = Backoff()
        for _ in range(10):
            backoff.after(0.1, FAILED)

        assert backoff.after(60.0, FAILED) < 0.1

"""A clock that tests move by hand, so that how busy the machine is decides nothing."""


class HandClock:
    """Stands for the module `time` in one that uses it; who sleeps by it moves its hand."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

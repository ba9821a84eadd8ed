"""What a row tells besides its verdicts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Tally:
    """What a row wants to tell besides: numbers that add up over runs, and the highest ones."""

    counts: Counter[str] = field(default_factory=Counter)
    peaks: dict[str, float] = field(default_factory=dict)

    def count(self, what: str, by: int = 1) -> None:
        """Add to a sum."""
        self.counts[what] += by

    def peak(self, what: str, value: float) -> None:
        """Keep the highest."""
        self.peaks[what] = max(value, self.peaks.get(what, value))

    @classmethod
    def of_all(cls, tallies: "Iterable[Tally]") -> "Tally":
        """Return the tally of several runs."""
        whole = cls()
        for each in tallies:
            whole.counts.update(each.counts)
            for what, value in each.peaks.items():
                whole.peak(what, value)
        return whole

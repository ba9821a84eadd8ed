"""How long to wait before a program that ended is started again."""

SHORTEST_S = 0.02
LONGEST_S = 30.0
# A program that ends by itself this soon will most likely do so again. One that was killed says
# little about the next start, unless it hardly lived at all.
SOON_AFTER_EXIT_S = 10.0
SOON_AFTER_SIGNAL_S = 1.0


class Backoff:
    """Next to nothing at first, twice as long each time it ends soon; it never gives up."""

    def __init__(self) -> None:
        self._in_a_row = 0

    def after(self, lived_s: float, returncode: int) -> float:
        """Return the seconds to wait, for one that lived that long and ended so."""
        soon = SOON_AFTER_SIGNAL_S if returncode < 0 else SOON_AFTER_EXIT_S
        self._in_a_row = self._in_a_row + 1 if lived_s < soon else 0
        doublings = min(self._in_a_row, 20)  # far past the longest wait: no huge numbers
        return min(SHORTEST_S * 2.0**doublings, LONGEST_S)

"""How sure one may be of a share that was counted."""

import math
from dataclasses import dataclass

_Z_95 = 1.959963984540054  # the 97.5th percentile of the standard normal distribution


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, both between 0 and 1."""

    low: float
    high: float


def wilson_interval(successes: int, trials: int) -> Interval | None:
    """Return the 95 % interval for the share of successes; None where nothing was tried.

    Wilson's score interval: the shares whose own standard error explains what was counted. It holds
    for few trials and for shares near 0 and 1, where the usual formula gives no width at all.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of
    the American Statistical Association 22 (1927), pp. 209-212; NIST/SEMATECH e-Handbook, 7.2.4.1.
    """
    if trials == 0:
        return None
    share, z2 = successes / trials, _Z_95**2
    middle = share + z2 / (2 * trials)
    reach = _Z_95 * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    scale = 1 + z2 / trials
    low, high = (middle - reach) / scale, (middle + reach) / scale
    # Where the share is 0 or 1 an end of the interval is too, but for rounding.
    return Interval(max(0.0, min(low, share)), min(1.0, max(high, share)))

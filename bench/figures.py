"""A measured figure, what it is compared with, and what it has to reach."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

Round = TypeVar("Round")


@dataclass(frozen=True)
class Target:
    """What a figure has to reach."""

    relation: Literal["≥", "<", "="]
    bound: float
    unit: str = ""

    def is_met_by(self, value: float) -> bool:
        """Tell whether the value reaches it."""
        match self.relation:
            case "≥":
                return value >= self.bound
            case "<":
                return value < self.bound
        return value == self.bound

    def __str__(self) -> str:
        return f"{self.relation} {shown(self.bound)} {self.unit}".rstrip()


@dataclass(frozen=True)
class Figure:
    """One row of the table; `value` is what is judged: a ratio, a difference or a count."""

    name: str
    ours: float
    bare: float | None
    value: float
    unit: str = ""
    value_unit: str = ""
    target: Target | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        return self.target.is_met_by(self.value) if self.target else None

    @property
    def short_by(self) -> str:
        """How far off the target it is."""
        if self.target is None or self.is_met:
            return ""
        share = abs(self.value - self.target.bound) / (self.target.bound or 1)
        value = f"{shown(self.value)} {self.value_unit}".rstrip()
        return f"{self.name}: {value} where {self.target} is asked, off by {share:.0%}"


def ratio(
    name: str, ours: float, bare: float, *, unit: str, target: Target | None = None
) -> Figure:
    """Return a figure that is judged by ours over bare."""
    return Figure(name, ours, bare, ours / bare, unit, "", target)


def difference(
    name: str, ours: float, bare: float, *, unit: str, target: Target | None = None
) -> Figure:
    """Return a figure that is judged by ours less bare."""
    return Figure(name, ours, bare, ours - bare, unit, unit, target)


def alternate(
    rounds: int, ours: Callable[[], Round], bare: Callable[[], Round]
) -> tuple[list[Round], list[Round]]:
    """Run both sides in turn, so that what else the machine does meets both."""
    pairs = [(ours(), bare()) for _ in range(rounds)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)


def p99(values: Sequence[float]) -> float:
    """Return what 99 of 100 values do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[98]


def shown(value: float) -> str:
    """Return the number with as many digits as anyone would believe."""
    if value == int(value) and abs(value) < 1e6:
        return f"{int(value):,}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"

"""Numbers that are found out when somebody asks, and not counted before."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from shared.metrics.definitions import Definition, Type


@dataclass(frozen=True)
class Reading:
    """One number, with the values of its labels."""

    of: Definition
    labels: tuple[str, ...]
    value: float


Read = Callable[[], Iterable[Reading]]


class Readings:
    """A collector for the library's registry."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        """Return the families of what there is to read now."""
        families: dict[str, CounterMetricFamily | GaugeMetricFamily] = {}
        for reading in self._read():
            family = families.get(reading.of.name) or _family(reading.of)
            families[reading.of.name] = family
            family.add_metric(reading.labels, reading.value)
        return families.values()

    def describe(self) -> Iterable[Metric]:
        """Nothing: else the registry would read everything once to learn its names."""
        return ()


def _family(one: Definition) -> CounterMetricFamily | GaugeMetricFamily:
    kind = CounterMetricFamily if one.type is Type.COUNTER else GaugeMetricFamily
    return kind(one.name, one.told, labels=one.labels)

"""Reads the metrics of a process, for tests, as Prometheus does."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.stack import TLS


class Metrics:
    """One page: what it says of each series."""

    def __init__(self, text):
        self.text = text
        self.families = {one.name: one for one in text_string_to_metric_families(text)}
        self.series = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in self.families.values()
            for sample in family.samples
        }

    def __call__(self, name, **labels):
        """Return the sum over all series of this name that have these labels."""
        wanted = set(labels.items())
        found = [v for (one, has), v in self.series.items() if one == name and wanted <= has]
        return sum(found)

    def labels(self, name, label):
        """Return the values that a label of this metric has."""
        return {dict(has)[label] for one, has in self.series if one == name}

    @property
    def counters(self):
        """Return all that may only grow, but what dies with its process."""
        return {
            key: value
            for key, value in self.series.items()
            if key[0].endswith(("_total", "_bucket", "_count")) and "process" not in dict(key[1])
        }


def metrics_of(url):
    answer = httpx.get(f"{url}/metrics", timeout=60, verify=TLS)
    assert answer.status_code == 200, answer.text
    return Metrics(answer.text)

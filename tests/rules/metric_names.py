"""Which metrics a PromQL expression reads, and with which labels, held against the catalogue."""

import re
import tomllib

from tests.rules.programs import DEPLOY

CATALOGUE = tomllib.loads((DEPLOY / "prometheus" / "metrics.toml").read_text())
OF_HISTOGRAMS = ("_bucket", "_sum", "_count")
_READ = re.compile(r"(copydesk_\w+)(?:\s*\{([^}]*)\})?")
_LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
_GROUPED = re.compile(r"\b(?:by|on|ignoring|without)\s*\(([^)]*)\)")
# What Prometheus adds to each series, or a histogram to its parts.
_EVERYWHERE = {"instance", "job", "le"}


def unknown_names(expression):
    """Return what the expression names and the catalogue does not."""
    unknown, labels = set(), set()
    for name, matchers in _READ.findall(expression):
        metric = _metric(name)
        if metric is None:
            unknown.add(name)
            continue
        known = set(CATALOGUE[metric]["labels"]) | _EVERYWHERE
        labels |= known
        unknown |= {f"{name}: {label}" for label in _LABEL.findall(matchers) if label not in known}
    grouped = {
        label.strip() for found in _GROUPED.findall(expression) for label in found.split(",")
    }
    if labels:
        unknown |= {f"by {label}" for label in grouped - labels - {""}}
    return unknown


def names_in(expression):
    """Return the metrics of the catalogue that the expression reads."""
    return {_metric(name) for name, _ in _READ.findall(expression)} - {None}


def _metric(name):
    """Return the name in the catalogue; a histogram is read by its parts alone."""
    if name in CATALOGUE:
        return None if CATALOGUE[name]["type"] == "histogram" else name
    for part in OF_HISTOGRAMS:
        base = name.removesuffix(part)
        if base != name and CATALOGUE.get(base, {}).get("type") == "histogram":
            return base
    return None

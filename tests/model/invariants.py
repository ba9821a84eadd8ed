"""What the contract promises of every job, whatever a model said."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import regex

from tests.stack_client import UNITS, SeenEvent, slices

# The ends of a job for which a model's words can be the reason.
OF_THE_REPLY = {"NO_VALID_SUGGESTIONS", "OUTPUT_TRUNCATED", "CONTENT_REFUSED"}
FINAL = {f"job.{name}" for name in ("succeeded", "failed", "cancelled", "expired", "superseded")}
_SHOWN = "suggestion.created"


def check_events(events: Sequence[SeenEvent], job: dict[str, Any]) -> None:
    """Dense from 1; one final event, the last; no id used twice; what stands is the result."""
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert [event.name for event in events if event.name in FINAL] == [f"job.{job['status']}"]
    assert events[-1].name in FINAL
    told = [event.data["suggestion"]["id"] for event in events if event.name == _SHOWN]
    assert len(set(told)) == len(told)
    if job["status"] == "succeeded":
        assert standing(events) == job["result"]["suggestions"]


def standing(events: Iterable[SeenEvent]) -> list[dict[str, Any]]:
    """Return the suggestions behind the last reset."""
    shown: list[dict[str, Any]] = []
    for event in events:
        if event.name == "output.reset":
            shown = []
        elif event.name == _SHOWN:
            shown.append(event.data["suggestion"])
    return shown


def check_suggestions(
    text: str, suggestions: Sequence[dict[str, Any]], selected: str, encoding: str
) -> None:
    """Each slice is its `original`, in the selection, cuts no grapheme, overlaps none, changes."""
    length = size(text, encoding)
    edges = _edges(text, encoding)
    first = size(text[: text.index(selected)], encoding)
    last = first + size(selected, encoding)
    for one in suggestions:
        assert slices(text, one, encoding) == one["original"] != one["suggested"]
        assert first <= one["start"] < one["end"] <= last <= length
        assert {one["start"], one["end"]} <= edges
    ordered = sorted(suggestions, key=lambda one: one["start"])
    assert all(one["end"] <= after["start"] for one, after in pairwise(ordered))


def size(text: str, encoding: str) -> int:
    """Return how long a text is in a client's unit."""
    codec, width = UNITS[encoding]
    return len(text.encode(codec)) // width


def _edges(text: str, encoding: str) -> set[int]:
    ends = (found.end() for found in regex.finditer(r"\X", text))
    return {0} | {size(text[:end], encoding) for end in ends}

"""Judges what was told of a batch's sections: each ends once, is paid once, and stands right."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from tests.chaos.ledger import Seen
from tests.chaos.orders import section_keys, text_of

SECTION_ENDS = ("section.completed", "section.failed")


@dataclass(frozen=True)
class Batch:
    """What was ordered, and what the caller who followed it was told."""

    key: str
    sections: int
    events: Sequence[Seen]


def faults_of(batch: Batch, called: Mapping[str, int]) -> Iterator[str]:
    """Yield what is wrong with its sections; an attempt that was killed may have cost its call."""
    begun = Counter(each.told for each in batch.events if each.name == "section.started")
    ended = Counter(each.told for each in batch.events if each.name in SECTION_ENDS)
    for n, key in enumerate(section_keys(batch.key, batch.sections), start=1):
        if ended[f"sec_{n}"] != 1:
            yield f"{key}: ended {ended[f'sec_{n}']} times"
        if not 1 <= called[key] <= begun[f"sec_{n}"]:
            yield f"{key}: {called[key]} calls in {begun[f'sec_{n}']} attempts"
    yield from chain.from_iterable(_misplaced(batch, each) for each in batch.events)


def _misplaced(batch: Batch, event: Seen) -> Iterator[str]:
    if event.name != "suggestion.created":
        return
    told = event.told
    _, n, _ = told["id"].split("_")
    if text_of(f"{batch.key}.{n}")[told["start"] : told["end"]] != told["original"]:
        yield f"{batch.key}: {told['id']} is not where it says"


def by_id(suggestions: Sequence[Any]) -> list[Any]:
    """Return them in one order: a batch tells of its sections as they end."""
    return sorted(suggestions, key=lambda each: each["id"])

"""A batch and its sections as web and workers know them, whatever store keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared.jobs.records import Event
from shared.jobs.states import EventName, Status


@dataclass(frozen=True)
class SectionSpot:
    """Where a section stands: half-open, in the batch's unit, in the whole document.

    Of a section that was sent by itself it is the place in that section. `n` counts from 1.
    """

    n: int
    custom_id: str | None
    start: int
    end: int

    @property
    def id(self) -> str:
        """The name by which clients know the section."""
        return f"sec_{self.n}"


@dataclass(frozen=True)
class SectionResult:
    """What came of one section: suggestions whose places count from the section's start.

    They have no ids yet; the same result may serve other batches, where it stands elsewhere.
    """

    suggestions: Sequence[Mapping[str, Any]] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the result as it is stored."""
        stored = {"suggestions": self.suggestions, "dropped": self.dropped}
        return orjson.dumps(stored).decode()

    def events(self) -> tuple[Event, ...]:
        """Return what is to be told of it: start, end, and the rest of each suggestion as JSON.

        The step that ends a section makes of each an event with an id and a place in the batch.
        """
        return tuple(map(_told, self.suggestions))

    def standing_at(self, spot: SectionSpot) -> list[dict[str, Any]]:
        """Return the suggestions with their ids and their places in the batch."""
        return [
            dict(one)
            | {
                "id": f"sg_{spot.n}_{k}",
                "start": one["start"] + spot.start,
                "end": one["end"] + spot.start,
            }
            for k, one in enumerate(self.suggestions, start=1)
        ]


@dataclass(frozen=True)
class KnownSection:
    """A section that needs no call; `saved_usd` is what its calls cost when they were made.

    `is_cached` is false where there was nothing to ask about.
    """

    result: SectionResult
    saved_usd: float = 0.0
    is_cached: bool = True


@dataclass(frozen=True)
class SectionOrder:
    """A section that is to be worked on, or is known.

    `mark` is the fingerprint under which the same section of another batch may be joined in flight;
    `input` is JSON for the worker; `worst_usd` is the most that one attempt can cost, None where no
    price is known.
    """

    spot: SectionSpot
    input: str = ""
    mark: str | None = None
    budget_ms: int = 0
    worst_usd: float | None = None
    known: KnownSection | None = None


@dataclass(frozen=True)
class BatchPlan:
    """What all sections of a batch share; `common` is JSON for whoever works on one of them."""

    total: int
    common: str
    stops_on_error: bool = False
    max_cost_usd: float | None = None


@dataclass(frozen=True)
class SectionRecord:
    """A section, as the store knew it in one moment; of a partial one there was more to be said."""

    spot: SectionSpot
    status: Status
    is_cached: bool = False
    is_partial: bool = False
    error: Mapping[str, Any] | None = None
    result: SectionResult | None = None
    cost_usd: float | None = 0.0


@dataclass(frozen=True)
class BatchRecord:
    """How far a batch is: sections by state, what the cache saved, and the time that is left.

    `eta_ms` is None while nobody can tell, and 0 once no section is left.
    """

    total: int
    counts: Mapping[Status, int]
    cached: int = 0
    saved_usd: float = 0.0
    eta_ms: int | None = None


def _told(suggestion: Mapping[str, Any]) -> Event:
    rest = {name: part for name, part in suggestion.items() if name not in ("id", "start", "end")}
    told = f"{suggestion['start']} {suggestion['end']} {orjson.dumps(rest).decode()}"
    return Event(EventName.SUGGESTION_CREATED, told)

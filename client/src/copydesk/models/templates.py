"""Prompt templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from copydesk.models.jobs import Reference


@dataclass(frozen=True)
class Template:
    """A template in one of its versions; the system's have no dates."""

    id: str = ""
    version: int = 1
    name: str = ""
    description: str = ""
    category: str = ""
    style: str = ""
    meaning: str = ""
    instruction: str = field(default="", repr=False)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    system: bool = False
    forked_from: Reference | None = None
    created_at: str | None = None
    updated_at: str | None = None


@dataclass(frozen=True)
class Interval:
    """Between which shares the true one lies, in 95 of 100 cases."""

    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Performance:
    """How a version did."""

    version: int = 0
    accepted: int = 0
    rejected: int = 0
    decided: int = 0
    acceptance_rate: float | None = None
    interval: Interval | None = None

"""Suggestions, and what a job made."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Anchor:
    """Finds a suggestion again in a text that has changed."""

    exact: str = field(default="", repr=False)
    prefix: str = field(default="", repr=False)
    suffix: str = field(default="", repr=False)


@dataclass(frozen=True)
class Suggestion:
    """One edit: the slice from `start` to `end` of the text is `original`."""

    id: str = ""
    original: str = field(default="", repr=False)
    suggested: str = field(default="", repr=False)
    start: int = 0
    end: int = 0
    explanation: str = field(default="", repr=False)
    alternatives: tuple[str, ...] = field(default=(), repr=False)
    category: str = ""
    anchor: Anchor = field(default=Anchor(), repr=False)
    state: str = "pending"
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Metadata:
    """How a result came about; `process_time` in seconds, `token_count` of the job's own calls."""

    process_time: float = field(default=0.0, metadata={"told_as": "processTime"})
    token_count: int = field(default=0, metadata={"told_as": "tokenCount"})
    model: str = ""
    cached: bool = False
    offset_encoding: str = "utf-16"
    dropped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SuggestionResult:
    """What a suggestion job or a batch made."""

    suggestions: tuple[Suggestion, ...] = ()
    metadata: Metadata = Metadata()


@dataclass(frozen=True)
class Rebased:
    """Where a suggestion stands in a newer text: unchanged, moved, conflicted or gone."""

    id: str = ""
    state: str = ""
    start: int | None = None
    end: int | None = None

"""Jobs, batches and their events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from copydesk.models.suggestions import Suggestion

FINAL = frozenset({"succeeded", "failed", "cancelled", "expired", "superseded"})


@dataclass(frozen=True)
class Progress:
    """How much is done."""

    done: int = 0
    total: int = 1


@dataclass(frozen=True)
class Queue:
    """Where a job waits; the position is an estimate."""

    name: str = ""
    position: int | None = None


@dataclass(frozen=True)
class Usage:
    """Tokens and dollars of a job's own calls."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True)
class Reference:
    """A template in one of its versions."""

    id: str = ""
    version: int = 0


@dataclass(frozen=True)
class Cache:
    """Whether an earlier answer served; `age` in seconds."""

    hit: bool = False
    age: int | None = None


@dataclass(frozen=True)
class Sharing:
    """Whether a job shares work that another one began."""

    joined: bool = False


@dataclass(frozen=True)
class JobError:
    """Why a job failed."""

    code: str = ""
    message: str = ""
    request_id: str | None = None
    retryable: bool = False
    retry_after_ms: int | None = None


@dataclass(frozen=True)
class JobView:
    """A job as the server last showed it. `counts`, `saved_usd` and `eta_s` are of a batch."""

    id: str = ""
    kind: str = ""
    status: str = ""
    outcome: str | None = None
    created_at: str = ""
    started_at: str | None = None
    finished_at: str | None = None
    expires_at: str | None = None
    attempt: int = 0
    wait_reason: str | None = None
    queue: Queue = Queue()
    progress: Progress = Progress()
    document_id: str | None = None
    revision: int | None = None
    conversation_id: str | None = None
    template: Reference | None = None
    model: str = ""
    cache: Cache = Cache()
    dedup: Sharing = Sharing()
    usage: Usage = Usage()
    result: Mapping[str, Any] | None = field(default=None, repr=False)
    error: JobError | None = None
    retry_of: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    saved_usd: float | None = None
    eta_s: float | None = None

    @property
    def is_final(self) -> bool:
        """Whether the status will not change any more."""
        return self.status in FINAL

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing more to see of it: a batch may come without its counts."""
        return self.is_final and (self.kind != "batch" or bool(self.counts))


@dataclass(frozen=True)
class Event:
    """An entry of a job's log; `id` counts from 1, without gaps."""

    id: int
    name: str
    data: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Section:
    """A section of a batch, with its suggestions and where it stands."""

    id: str = ""
    custom_id: str | None = None
    start: int = 0
    end: int = 0
    status: str = ""
    cached: bool = False
    suggestions: tuple[Suggestion, ...] = ()
    error: JobError | None = None

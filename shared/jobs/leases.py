"""The right to do a piece of work, and what becomes of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from shared.jobs.names import JobKind
from shared.jobs.records import Event, Usage
from shared.jobs.states import Outcome, Status


class Fate(StrEnum):
    """What a heartbeat learns about work that this process holds."""

    HELD = "held"
    STOP = "stop"
    LOST = "lost"


class GivenBack(StrEnum):
    """What came of giving work back."""

    DONE = "done"
    LOST = "lost"
    TOO_LATE = "too late"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Wait:
    """Why work waits for its next try, and how long.

    `is_try` if something was tried: there are few such waits. The time of the work goes on, unless
    `stops_clock` says that its turn has not come yet.
    """

    reason: str
    wait_ms: int
    is_try: bool = True
    stops_clock: bool = False


@dataclass(frozen=True)
class Lease:
    """The right to do one piece of work, until another claim raises the fence.

    `spent` is what earlier tries have used; `owner` is whose it is by now, which the input may not
    know; `to_wake` is bulk work whose turn has come with this claim, and needs a message;
    `waited_ms` is how long it waited for its first claim.
    """

    work_id: str
    kind: JobKind
    fence: int
    attempt: int
    epoch: int
    waits: int
    seq: int
    queue: str
    remaining_ms: int
    spent: Usage
    input: str
    owner: str
    request_id: str
    trace: str
    to_wake: tuple[str, ...]
    waited_ms: int


@dataclass(frozen=True)
class Claimant:
    """Who claims: a process, by a name that no other has, and the model that it asks."""

    worker: str
    model: str


@dataclass(frozen=True)
class Ending:
    """How a piece of work ended; what was stopped ends as whoever stopped it wanted.

    `answered_by` is a model that answered in the place of the one that was to.
    """

    status: Status
    outcome: Outcome | None = None
    result: str = ""
    usage: Usage = field(default_factory=Usage)
    error: bytes = b""
    last_events: tuple[Event, ...] = ()
    answered_by: str = ""

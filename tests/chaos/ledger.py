"""What was accepted and what came back: kept outside the stores that the faults hit."""

import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import orjson

LIVE, LATE = "live", "late"  # who follows while the job runs, and who reads it all afterwards


@dataclass(frozen=True)
class Entry:
    """Something that was seen; `at` is in seconds of a clock that only goes forward."""

    at: float = field(default_factory=time.monotonic, kw_only=True)


@dataclass(frozen=True)
class Ordered(Entry):
    """A job that is asked for, and how it has to end."""

    key: str
    status: str
    code: str | None
    sections: int = 0


@dataclass(frozen=True)
class Accepted(Entry):
    """The web tier answered 200 or 202 for this key."""

    key: str
    job: str
    replayed: bool


@dataclass(frozen=True)
class Broken(Entry):
    """A connection that was refused or broke, or an answer to come back later for."""

    about: str
    why: str


@dataclass(frozen=True)
class Seen(Entry):
    """An event that a reader got; `digest` stands for its bytes."""

    job: str
    reader: str
    id: int
    name: str
    digest: str
    told: Any = None  # a suggestion, the attempt that begins, or the id of a section


@dataclass(frozen=True)
class Look(Entry):
    """The job as a poll showed it; for one that is not shown, `status` is that of the answer."""

    job: str
    status: str
    code: str | None = None
    attempt: int = 0
    suggestions: Any = None


@dataclass(frozen=True)
class Stored(Entry):
    """What the store holds of a job: how often its log ends, and which sets still name it."""

    job: str
    ends: int
    left_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault(Entry):
    """What was done to the house."""

    what: str


@dataclass(frozen=True)
class Called(Entry):
    """The model was asked about this key's text."""

    key: str


@dataclass(frozen=True)
class Complaint(Entry):
    """A promise that was seen to be broken, in words."""

    words: str


E = TypeVar("E", bound=Entry)


class Ledger:
    """Entries in the order in which they were made; each is a line of the file, too."""

    def __init__(self, path: Path | None = None) -> None:
        self._entries: list[Entry] = []
        self._lock = threading.Lock()
        self._file = path.open("ab") if path else None

    def add(self, *entries: Entry) -> None:
        """Write down what was seen."""
        with self._lock:
            for entry in entries:
                self._entries.append(entry)
                if self._file:
                    line = {"entry": type(entry).__name__, **asdict(entry)}
                    self._file.write(orjson.dumps(line) + b"\n")

    def all(self, kind: type[E]) -> list[E]:
        """Return the entries of one kind."""
        with self._lock:
            return [entry for entry in self._entries if type(entry) is kind]

    def close(self) -> None:
        """Keep what was written."""
        if self._file:
            self._file.close()


def by_job(entries: Iterable[E]) -> dict[str, list[E]]:
    """Return entries that name a job, by its id."""
    found: dict[str, list[E]] = {}
    for entry in entries:
        found.setdefault(entry.job, []).append(entry)
    return found

"""What the command line has sent and not yet finished, so that being killed costs nothing.

A file for each run, named by a digest of all that makes it what it is: the server, the account, the
file, its content, the options. Its Idempotency-Key stands there before anything is sent. Started
again, the command finds the key: the server answers with the same batch, or makes the first.
"""

import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from copydesk.cli.folders import read_record, write_record

KEPT_S = 7 * 24 * 3600.0


@dataclass(frozen=True)
class PendingRun:
    """No word of the text, and nothing that it could be made from."""

    key: str
    begun_at: float
    batch_id: str | None = None
    document_id: str | None = None

    @property
    def is_resumed(self) -> bool:
        return self.batch_id is not None


class PendingRuns:
    """The folder of them; several commands may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, mark: str) -> PendingRun:
        """Return the run under this mark: the one that was begun before, or a new one, written."""
        self._forget_old()
        if known := self.find(mark):
            return known
        fresh = PendingRun(str(uuid.uuid4()), time.time())
        if write_record(self._path(mark), asdict(fresh), if_new=True):
            return fresh
        if known := self.find(mark):  # another command was quicker
            return known
        write_record(self._path(mark), asdict(fresh))  # what stood there was no record
        return fresh

    def find(self, mark: str) -> PendingRun | None:
        """Return the run, or None where there is none that can be understood."""
        record = read_record(self._path(mark))
        known = {field.name for field in fields(PendingRun)}
        if not {"key", "begun_at"} <= record.keys() <= known:
            return None
        return PendingRun(**record)

    def note(self, mark: str, run: PendingRun) -> PendingRun:
        """Write down what has become known of a run."""
        write_record(self._path(mark), asdict(run))
        return run

    def drop(self, mark: str) -> None:
        """Forget a run that is over."""
        self._path(mark).unlink(missing_ok=True)

    def _forget_old(self) -> None:
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > KEPT_S:
                    path.unlink()

    def _path(self, mark: str) -> Path:
        return self._folder / f"{mark}.json"


def mark_of(*shape: str | Mapping[str, Any]) -> str:
    """Return the digest under which a run is kept."""
    return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()

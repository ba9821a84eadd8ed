"""Waits until a file is saved."""

import time
from collections.abc import Sequence

from copydesk.cli.exits import CommandError
from copydesk.cli.sources import Source, SourceFormat, digest_of, read_source

LOOK_EVERY_S = 0.5


class Watch:
    """Remembers what each file held when it was last dealt with."""

    def __init__(self, names: Sequence[str], wanted: SourceFormat | None) -> None:
        self._names = names
        self._wanted = wanted
        self._seen: dict[str, str] = {}

    def changed(self) -> list[Source]:
        """Return the files that hold something new since the last call, at least one."""
        while True:
            if found := [source for source in map(self._read, self._names) if self._is_new(source)]:
                return [source for source in found if source]
            time.sleep(LOOK_EVERY_S)

    def settle(self, name: str, content: bytes) -> None:
        """Take as known what the command itself has written there."""
        self._seen[name] = digest_of(content)

    def _read(self, name: str) -> Source | None:
        try:
            return read_source(name, self._wanted)
        except CommandError:
            return None  # while an editor puts a new file in its place

    def _is_new(self, source: Source | None) -> bool:
        if source is None or self._seen.get(source.name) == source.digest:
            return False
        self._seen[source.name] = source.digest
        return True

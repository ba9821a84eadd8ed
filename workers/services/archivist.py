"""Moves what documents said long ago to the archive, and out of it what is deleted."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from shared.data.mongo.document_upkeep import DocumentUpkeep
from shared.data.mongo.document_versions import VersionRepository
from shared.domain.documents import Version
from shared.errors import ProcessingError, StoreUnavailableError

if TYPE_CHECKING:
    from shared.data.s3.version_archive import VersionArchive  # it loads boto3

_BATCH = 20  # texts of up to 2 MB each
_ROUND_S = 40.0
_DAY_MS = 24 * 3600 * 1000

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Archivist:
    """Safe to run in any number of processes, and to kill anywhere.

    A text is put into the archive and read again there before MongoDB lets it go, so at any moment
    a version can be read from where its record says. What was put there for nothing has a key that
    names its document, and goes with it.
    """

    versions: VersionRepository
    upkeep: DocumentUpkeep
    archive: "VersionArchive"
    after_days: float

    def work(self) -> None:
        """One round; what it cannot do is left to the next one."""
        ends_at = time.monotonic() + _ROUND_S
        try:
            self._clear(ends_at)
            moved = self._move(ends_at)
        except (ProcessingError, StoreUnavailableError) as error:
            log.warning("archiving_put_off", why=type(error).__name__)
        else:
            log.debug("archived", versions=moved)

    def _move(self, ends_at: float) -> int:
        before_ms = int(time.time() * 1000 - self.after_days * _DAY_MS)
        moved = 0
        while found := self.versions.old_ones(before_ms, limit=_BATCH):
            for version in found:
                if time.monotonic() > ends_at:
                    return moved
                self._put_away(version)
                moved += 1
        return moved

    def _put_away(self, version: Version) -> None:
        text = self.archive.put(version.document_id, version.revision, version.wording.content)
        if not self.versions.archive(version, text):
            self.archive.delete(text)  # deleted meanwhile

    def _clear(self, ends_at: float) -> None:
        last = ""
        while found := self.upkeep.with_objects_left(after=last, limit=_BATCH):
            for document_id in found:
                if time.monotonic() > ends_at:
                    return
                self.archive.delete_document(document_id)
                self.upkeep.forget_objects(document_id)
            last = found[-1]

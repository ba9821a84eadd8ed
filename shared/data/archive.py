"""Versions of documents over both of the places where their texts are."""

from importlib import import_module
from typing import TYPE_CHECKING

from pymongo.database import Database

from shared.data.mongo.client import Record
from shared.data.mongo.document_versions import VersionRepository
from shared.domain.archives import ArchivedText
from shared.errors import StoreUnavailableError
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.data.s3.version_archive import VersionArchive

# Named, not imported: boto3 takes a third of a second, which whoever has no archive does not wait.
_ARCHIVE_MODULE = "shared.data.s3.version_archive"


def open_archive(settings: Settings) -> "VersionArchive | None":
    """Return the archive, if there is one."""
    if not settings.s3_bucket:
        return None
    archive: VersionArchive = import_module(_ARCHIVE_MODULE).in_bucket_of(settings)
    return archive


def version_repository(settings: Settings, database: Database[Record]) -> VersionRepository:
    """Return versions that read from the archive what has gone there."""
    archive = open_archive(settings)
    return VersionRepository(database, archive.fetch if archive else _fetch_from_nowhere)


def _fetch_from_nowhere(_: ArchivedText) -> str:
    raise StoreUnavailableError("This version is in an archive that is not set up here")

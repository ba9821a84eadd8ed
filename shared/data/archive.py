"""Versions of documents over both of the places where their texts are."""

from pymongo.database import Database

from shared.data.mongo.client import Record
from shared.data.mongo.document_versions import VersionRepository
from shared.data.s3.client import Bucket
from shared.data.s3.version_archive import VersionArchive
from shared.domain.archives import ArchivedText
from shared.errors import StoreUnavailableError
from shared.settings import Settings


def open_archive(settings: Settings) -> VersionArchive | None:
    """Return the archive, if there is one."""
    return VersionArchive(Bucket(settings)) if settings.s3_bucket else None


def version_repository(settings: Settings, database: Database[Record]) -> VersionRepository:
    """Return versions that read from the archive what has gone there."""
    archive = open_archive(settings)
    return VersionRepository(database, archive.fetch if archive else _fetch_from_nowhere)


def _fetch_from_nowhere(_: ArchivedText) -> str:
    raise StoreUnavailableError("This version is in an archive that is not set up here")

"""Builds what the web tier works with about documents."""

from collections.abc import Callable
from dataclasses import dataclass

from pymongo.database import Database

from shared.data.archive import version_repository
from shared.data.cached_records import CachedRecords
from shared.data.mongo.client import Record
from shared.data.mongo.drafts import DraftRepository
from shared.settings import Settings
from web.services.documents import DocumentDesk
from web.services.drafts import DraftDesk
from web.services.files import FileDesk, file_desk
from web.services.versions import VersionDesk


@dataclass(frozen=True)
class DocumentDesks:
    """What views call about documents."""

    documents: DocumentDesk
    versions: VersionDesk
    drafts: DraftDesk
    files: FileDesk


def build_desks(
    settings: Settings,
    records: CachedRecords,
    database: Database[Record],
    new_id: Callable[[], str],
) -> DocumentDesks:
    """Put the desks together over one database."""
    drafts = DraftRepository(database)
    documents = DocumentDesk(records.documents, drafts, records.document_upkeep, new_id)
    versions = VersionDesk(documents, version_repository(settings, database))
    return DocumentDesks(
        documents=documents,
        versions=versions,
        drafts=DraftDesk(documents, drafts),
        files=file_desk(documents, versions),
    )

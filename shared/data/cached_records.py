"""All that reads and changes records which are kept aside: nothing else may change them."""

from dataclasses import dataclass

from pymongo.database import Database

from shared.data.cached_documents import CachedDocumentRepository, CachedDocumentUpkeep
from shared.data.cached_templates import CachedOwnTemplateRepository, CachedTemplateEstates
from shared.data.cached_users import CachedUserRepository
from shared.data.mongo.client import Record
from shared.data.mongo.template_stores import TemplateStores
from shared.data.mongo.templates import TemplateRepository
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import Cached, CacheServers, Codec, RecordCache
from shared.domain.documents import Document
from shared.domain.stored_templates import StoredTemplate


@dataclass(frozen=True)
class CachedRecords:
    """The repositories of users, documents and templates, over one database."""

    users: CachedUserRepository
    documents: CachedDocumentRepository
    document_upkeep: CachedDocumentUpkeep
    templates: TemplateStores


def cached_records(
    database: Database[Record], servers: CacheServers, keys: KeySpace
) -> CachedRecords:
    """Return the repositories; none connects before it is used."""
    documents = RecordCache(servers, keys, Cached.DOCUMENT, Codec.of(Document))
    templates = RecordCache(servers, keys, Cached.TEMPLATE, Codec.of(StoredTemplate))
    return CachedRecords(
        users=CachedUserRepository(database, servers, keys),
        documents=CachedDocumentRepository(database, documents),
        document_upkeep=CachedDocumentUpkeep(database, documents),
        templates=TemplateStores(
            TemplateRepository(database),
            CachedOwnTemplateRepository(database, templates),
            CachedTemplateEstates(database, templates),
        ),
    )

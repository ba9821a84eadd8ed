"""Documents, with their metadata kept aside."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import partial

from pymongo.database import Database

from shared.data.mongo.client import Record
from shared.data.mongo.document_upkeep import DocumentUpkeep
from shared.data.mongo.documents import DocumentRepository
from shared.data.redis.record_cache import RecordCache
from shared.domain.documents import Document, Wording
from shared.domain.permissions import Grant

DocumentCache = RecordCache[Document]


class CachedDocumentRepository(DocumentRepository):
    """Every change of a document goes through here, or through the upkeep below: none is stale.

    What is read with its content is read in MongoDB. Changes also raise StoreUnavailableError when
    Redis is away: then nothing was changed.
    """

    def __init__(self, database: Database[Record], cache: DocumentCache) -> None:
        super().__init__(database)
        self._cache = cache

    def metadata(self, document_id: str, *, who: str) -> Document | None:
        read = partial(super().metadata, document_id, who=who)
        return self._cache.find(document_id, who, read)

    def save(self, found: Document, wording: Wording, *, who: str, why: str) -> Document | None:
        with self._cache.changing(found.id):
            return super().save(found, wording, who=who, why=why)

    def archive(self, document_id: str, *, owner: str, archived: bool) -> Document | None:
        with self._cache.changing(document_id):
            return super().archive(document_id, owner=owner, archived=archived)

    def share(
        self,
        document_id: str,
        *,
        owner: str,
        grants: Iterable[Grant] | None = None,
        public: bool | None = None,
    ) -> Document | None:
        with self._cache.changing(document_id):
            return super().share(document_id, owner=owner, grants=grants, public=public)

    def bury(self, document_id: str, *, owner: str, revision: int | None) -> bool:
        with self._cache.changing(document_id):
            return super().bury(document_id, owner=owner, revision=revision)


class CachedDocumentUpkeep(DocumentUpkeep):
    """What changes documents of which nobody may be told an old state."""

    def __init__(self, database: Database[Record], cache: DocumentCache) -> None:
        super().__init__(database)
        self._cache = cache

    def _changing(self, *document_ids: str) -> AbstractContextManager[None]:
        return self._cache.changing(*document_ids)

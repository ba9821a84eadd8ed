"""People's templates, kept aside in each of the versions that are asked for."""

from collections.abc import Collection
from functools import partial

from pymongo.database import Database

from shared.data.mongo.client import Record
from shared.data.mongo.own_templates import OwnTemplateRepository
from shared.data.mongo.template_estates import TemplateEstates
from shared.data.redis.record_cache import RecordCache
from shared.domain.stored_templates import StoredTemplate, TemplateReference

TemplateCache = RecordCache[StoredTemplate]


class CachedOwnTemplateRepository(OwnTemplateRepository):
    """Every change of a template goes through here, or through the estates below: none is stale.

    Changes also raise StoreUnavailableError when Redis is away: then nothing was changed.
    """

    def __init__(self, database: Database[Record], cache: TemplateCache) -> None:
        super().__init__(database)
        self._cache = cache

    def find(self, template_id: str, *, owner: str) -> StoredTemplate | None:
        read = partial(super().find, template_id, owner=owner)
        return self._cache.find(template_id, owner, read)

    def version(self, template_id: str, version: int, *, owner: str) -> StoredTemplate | None:
        read = partial(super().version, template_id, version, owner=owner)
        return self._cache.find(template_id, owner, read, part=str(version))

    def _follow(self, stands: Record, said: Record) -> Record | None:
        with self._cache.changing(stands["_id"]):
            return super()._follow(stands, said)


class CachedTemplateEstates(TemplateEstates):
    """Templates go, and change hands, without anybody being told what was before."""

    def __init__(self, database: Database[Record], cache: TemplateCache) -> None:
        super().__init__(database)
        self._cache = cache

    def delete(
        self, template_id: str, *, owner: str, expected: Collection[int] | None = None
    ) -> TemplateReference | None:
        with self._cache.changing(template_id):
            return super().delete(template_id, owner=owner, expected=expected)

    def _move(self, template_id: str, old: str, new: str) -> None:
        with self._cache.changing(template_id):
            super()._move(template_id, old, new)

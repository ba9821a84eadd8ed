"""Users, with their profiles kept aside."""

from dataclasses import dataclass

from pymongo.database import Database

from shared.data.mongo.client import Record
from shared.data.mongo.users import UserRepository
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import Cached, CacheServers, Codec, RecordCache
from shared.domain.accounts import EmailAddress, Role, User
from shared.domain.identity import user_owner


@dataclass(frozen=True)
class Profile:
    """What of a user may be shown; what logs them in is never cached."""

    id: str
    email: str
    name: str
    role: Role


class CachedUserRepository(UserRepository):
    """Every change of a profile goes through here, wherever it is made, so none is ever stale.

    Changes also raise StoreUnavailableError when Redis is away: then nothing was changed.
    """

    def __init__(self, database: Database[Record], servers: CacheServers, keys: KeySpace) -> None:
        super().__init__(database)
        self._cache = RecordCache(servers, keys, Cached.PROFILE, Codec.of(Profile))

    def profile(self, user_id: str) -> Profile | None:
        """Return the user's profile."""
        return self._cache.find(user_id, user_owner(user_id), lambda: self._read(user_id))

    def rename(self, user_id: str, *, name: str | None, email: EmailAddress | None) -> User | None:
        with self._cache.changing(user_id):
            return super().rename(user_id, name=name, email=email)

    def set_role(self, user_id: str, role: Role) -> User | None:
        with self._cache.changing(user_id):
            return super().set_role(user_id, role)

    def begin_deleting(self, user_id: str) -> bool:
        with self._cache.changing(user_id):
            return super().begin_deleting(user_id)

    def _read(self, user_id: str) -> Profile | None:
        user = self.find(user_id)
        return Profile(user.id, user.email, user.name, user.role) if user else None

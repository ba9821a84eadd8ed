"""Accounts in MongoDB."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.data.mongo.client import in_time
from shared.data.mongo.schemas import schema_of, upgraded
from shared.domain.accounts import EmailAddress, Role, User
from shared.errors import ConflictError

USERS = "users"
_LIVE = {"deleting_at": None}
_PERSONAL = ("owner", "email", "name", "password", "role")
# By then no request is under way that was let in before the end.
LATE = timedelta(minutes=10)

Record = dict[str, Any]


class UserRepository:
    """Every Mongo query about users; StoreUnavailableError when MongoDB is away.

    Who is being deleted is not found any more, but keeps the e-mail address until all is gone.
    """

    def __init__(self, database: Database[Record]) -> None:
        self._users: Collection[Record] = database[USERS]

    def add(self, user: User) -> None:
        """Keep a new user.

        :raises ConflictError: the e-mail address belongs to somebody
        """
        with in_time(self._users):
            try:
                self._users.insert_one(_to_record(user))
            except DuplicateKeyError:
                raise email_is_taken() from None

    def find(self, user_id: str) -> User | None:
        """Return the user of this id."""
        return self._find({"_id": user_id})

    def is_known(self, user_id: str) -> bool:
        """Whether there is anything left of this user, who may be being deleted."""
        with in_time(self._users):
            return self._users.find_one({"_id": user_id}, {"_id": 1}) is not None

    def find_by_email(self, email: EmailAddress) -> User | None:
        """Return whose address this is."""
        return self._find({"email_key": email.key})

    def rename(self, user_id: str, *, name: str | None, email: EmailAddress | None) -> User | None:
        """Change what is given; return the user as they are now.

        :raises ConflictError: the e-mail address belongs to somebody else
        """
        changes: Record = {} if name is None else {"name": name}
        if email is not None:
            changes |= {"email": email.shown, "email_key": email.key}
        return self._change({"_id": user_id}, changes)

    def set_password(self, user: User, password: str) -> User | None:
        """Give the user a new password, unless it was changed meanwhile."""
        now = {"_id": user.id, "password_version": user.password_version}
        version = user.password_version + 1
        return self._change(now, {"password": password, "password_version": version})

    def rehash(self, user: User, password: str) -> None:
        """Keep the same password under another hash, unless it was changed meanwhile."""
        self._change({"_id": user.id, "password": user.password}, {"password": password})

    def set_role(self, user_id: str, role: Role) -> User | None:
        """Return the user in the new role."""
        return self._change({"_id": user_id}, {"role": role.value})

    def begin_deleting(self, user_id: str) -> bool:
        """From now on there is no such user; return whether there was."""
        return self._change({"_id": user_id}, {"deleting_at": datetime.now(UTC)}) is not None

    def left_deleting(self, *, for_s: float, limit: int) -> list[str]:
        """Return the ids of users whose deletion began that long ago and has not ended."""
        begun = {"deleting_at": {"$lt": datetime.now(UTC) - timedelta(seconds=for_s)}}
        with in_time(self._users):
            return [found["_id"] for found in self._users.find(begun, {"_id": 1}).limit(limit)]

    def delete(self, user_id: str) -> None:
        """Forget a user whose deletion has begun: all but the id now, and later that as well.

        A request that was let in before may be writing yet, so what they own is looked for again.
        """
        now = datetime.now(UTC)
        ended: Record = {"_id": user_id, "deleting_at": {"$ne": None}}
        blank = {"freed_at": now, "deleting_at": now + LATE, "email_key": user_id}
        with in_time(self._users):
            self._users.delete_one({**ended, "freed_at": {"$lt": now - LATE}})
            self._users.update_one(
                {**ended, "freed_at": None}, {"$set": blank, "$unset": dict.fromkeys(_PERSONAL, "")}
            )

    def _find(self, query: Record) -> User | None:
        with in_time(self._users):
            record = self._users.find_one(query | _LIVE)
        return _from_record(record) if record else None

    def _change(self, query: Record, changes: Mapping[str, Any]) -> User | None:
        stamped = {"updated_at": datetime.now(UTC), **changes}
        with in_time(self._users):
            try:
                record = self._users.find_one_and_update(
                    query | _LIVE, {"$set": stamped}, return_document=ReturnDocument.AFTER
                )
            except DuplicateKeyError:
                raise email_is_taken() from None
        return _from_record(record) if record else None


def email_is_taken() -> ConflictError:
    """Return the answer for an address that has an account."""
    return ConflictError("There is an account with this e-mail address")


def _to_record(user: User) -> Record:
    return {
        "_id": user.id,
        "schema": schema_of(USERS),
        "owner": user.owner,
        "email": user.email,
        "email_key": user.email_key,
        "name": user.name,
        "password": user.password,
        "password_version": user.password_version,
        "role": user.role.value,
        "created_at": user.created_at,
        "updated_at": user.created_at,
    }


def _from_record(stored: Record) -> User:
    record = upgraded(USERS, stored)
    return User(
        id=record["_id"],
        email=record["email"],
        email_key=record["email_key"],
        name=record["name"],
        password=record["password"],
        role=Role(record["role"]),
        created_at=record["created_at"],
        password_version=record["password_version"],
    )

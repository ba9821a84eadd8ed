"""Logins in MongoDB: one for each device, with the digest of its current refresh token."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import DESCENDING
from pymongo.collection import Collection
from pymongo.database import Database

from shared.data.mongo.client import in_time
from shared.data.mongo.schemas import schema_of, upgraded
from shared.domain.identity import user_owner

LOGINS = "logins"
REFRESH_TOKEN_S = 7 * 24 * 3600

Record = dict[str, Any]


@dataclass(frozen=True)
class Login:
    """A family of refresh tokens, each in place of the one before."""

    id: str
    user_id: str
    password_version: int

    @property
    def owner(self) -> str:
        """Whose login it is."""
        return user_owner(self.user_id)


class LoginRepository:
    """Every Mongo query about logins; StoreUnavailableError when MongoDB is away.

    Of a token no more than its SHA-256 is kept: it is 256 random bits, which nobody guesses.
    """

    def __init__(self, database: Database[Record]) -> None:
        self._logins: Collection[Record] = database[LOGINS]

    def add(self, login: Login, token: str) -> None:
        """Keep a new login with its first token."""
        record = {
            "_id": login.id,
            "schema": schema_of(LOGINS),
            "owner": login.owner,
            "user_id": login.user_id,
            "password_version": login.password_version,
            "created_at": datetime.now(UTC),
            **_current(token),
        }
        with in_time(self._logins):
            self._logins.insert_one(record)

    def rotate(self, login_id: str, used: str, fresh: str) -> Login | None:
        """Put a fresh token in place of the current one, if that is the one that was used."""
        query = {"_id": login_id, "digest": _digest(used), "expires_at": {"$gt": datetime.now(UTC)}}
        with in_time(self._logins):
            record = self._logins.find_one_and_update(query, {"$set": _current(fresh)})
        return _from_record(record) if record else None

    def find(self, login_id: str, token: str | None = None) -> Login | None:
        """Return the login; with a token, only if that is its current one."""
        query: Record = {"_id": login_id, "expires_at": {"$gt": datetime.now(UTC)}}
        if token is not None:
            query["digest"] = _digest(token)
        with in_time(self._logins):
            record = self._logins.find_one(query)
        return _from_record(record) if record else None

    def keep_through(self, login_id: str, password_version: int) -> None:
        """Let this login stand when the password of this version comes."""
        with in_time(self._logins):
            change = {"$set": {"password_version": password_version}}
            self._logins.update_one({"_id": login_id}, change)

    def of(self, owner: str) -> list[str]:
        """Return the ids of the owner's logins, newest first."""
        with in_time(self._logins):
            found = self._logins.find({"owner": owner}, {"_id": 1}).sort("_id", DESCENDING)
            return [record["_id"] for record in found]

    def delete(self, login_ids: list[str]) -> None:
        """Forget these logins; their refresh tokens are worth nothing then."""
        with in_time(self._logins):
            self._logins.delete_many({"_id": {"$in": login_ids}})


def _current(token: str) -> Record:
    ends_at = datetime.now(UTC) + timedelta(seconds=REFRESH_TOKEN_S)
    return {"digest": _digest(token), "expires_at": ends_at}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _from_record(stored: Record) -> Login:
    record = upgraded(LOGINS, stored)
    return Login(record["_id"], record["user_id"], record["password_version"])

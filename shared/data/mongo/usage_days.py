"""What owners used, day by day, for as long as they have an account."""

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.data.mongo.client import Record, by_preference, in_time
from shared.data.mongo.schemas import schema_of, upgraded
from shared.domain.usage import UsageDay

USAGE_DAYS = "usage_days"


class UsageRepository:
    """Every Mongo query about usage; StoreUnavailableError when MongoDB is away.

    A record is a copy of the counts of a day in one place, whole and never added to: so it may be
    written any number of times, and an older state never takes the place of a newer one.
    """

    def __init__(self, database: Database[Record]) -> None:
        self._days: Collection[Record] = database[USAGE_DAYS]

    def keep(self, day: UsageDay) -> None:
        """Keep the state unless there is a newer one."""
        older = {"_id": day.place, "changes": {"$lt": day.changes}}
        with in_time(self._days):
            try:
                self._days.update_one(older, {"$set": _to_record(day)}, upsert=True)
            except DuplicateKeyError:
                return  # what stands there is as new

    def of_owner(self, owner: str, first: int, last: int) -> list[UsageDay]:
        """Return the days from the first to the last."""
        listed = by_preference(self._days)
        with in_time(listed):
            found = list(listed.find({"owner": owner, "day": {"$gte": first, "$lte": last}}))
        return [_from_record(record) for record in found]

    def move_owner(self, owner: str, to: str) -> None:
        """Give all to another owner, after `UsageCounters.move_owner`; safe to repeat."""
        with in_time(self._days):
            self._days.update_many({"owner": owner}, {"$set": {"owner": to}})

    def erase_owner(self, owner: str) -> None:
        """Forget all, after `UsageCounters.erase_owner`."""
        with in_time(self._days):
            self._days.delete_many({"owner": owner})


def _to_record(day: UsageDay) -> Record:
    return {
        "schema": schema_of(USAGE_DAYS),
        "owner": day.owner,
        "day": day.day,
        "changes": day.changes,
        # No name of a field may have a meaning to MongoDB.
        "counts": [{"what": what, "count": count} for what, count in sorted(day.counts.items())],
    }


def _from_record(stored: Record) -> UsageDay:
    record = upgraded(USAGE_DAYS, stored)
    counts = {each["what"]: each["count"] for each in record["counts"]}
    return UsageDay(record["_id"], record["owner"], record["day"], record["changes"], counts)

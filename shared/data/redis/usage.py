"""What owners used lately, as it was counted when their jobs ended."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.client import unavailable_when_away
from shared.data.redis.keys import KeySpace, PartitionKeys
from shared.domain.usage import UsageDay

KEPT_MS = 3 * 24 * 3600 * 1000  # once it is copied
BACK_DAYS = 31  # that may wait to be copied while MongoDB is away
_CHANGES, _OWNER, _BORN = "changes", "owner", "born"


class UsageCounters:
    """The days of all owners; StoreUnavailableError when Redis is away.

    A day is counted in the partition of its jobs: after a session has become a user there may be
    days of one owner in two of them.
    """

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._redis = redis
        self._keys = keys
        self._copied = scripts.load(redis, "usage_copied")
        self._move = scripts.load(redis, "move_usage")

    def of_owner(self, owner: str, days: Iterable[int]) -> list[UsageDay]:
        """Return what there is of these days in the owner's own partition."""
        keys, asked = self._keys.of_owner(owner), list(days)
        with unavailable_when_away(), self._redis.pipeline(transaction=False) as pipe:
            for day in asked:
                pipe.hgetall(keys.usage(owner, day))
            found = zip(asked, pipe.execute(), strict=True)
        return [_day(keys, owner, day, counts) for day, counts in found if counts]

    def changed(self, *, limit: int) -> Iterator[UsageDay]:
        """Yield days that are to be copied, of each partition those that wait the longest.

        One that was erased meanwhile has no changes.
        """
        for keys in self._keys:
            with unavailable_when_away():
                members = self._redis.zrange(keys.usage_changed, 0, limit - 1)
            for member in members:
                owner, _, day = str(member).rpartition(":")
                with unavailable_when_away():
                    counts = self._redis.hgetall(keys.usage(owner, int(day)))
                yield _day(keys, owner, int(day), counts)

    def note_copied(self, copy: UsageDay) -> None:
        """Strike the day off, unless it has changed since."""
        partition, owner, day, _ = copy.place.split(":")
        keys = next(keys for keys in self._keys if str(keys.partition) == partition)
        self._copied(
            keys=[keys.usage(owner, int(day)), keys.usage_changed],
            args=[f"{owner}:{day}", copy.changes, KEPT_MS],
        )

    def move_owner(self, owner: str, to: str, *, today: int) -> None:
        """Give what a session used to the user it has become; safe to repeat.

        After its jobs were moved, so that none of them counts for the session any more.
        """
        keys = self._keys.of_owner(owner)
        for day in range(today - BACK_DAYS, today + 2):
            self._move(keys=[keys.usage(owner, day)], args=[keys.base, owner, day, to])

    def erase_owner(self, owner: str, *, today: int) -> None:
        """Forget what an owner used, in whichever partition it was counted."""
        days = range(today - BACK_DAYS, today + 2)
        for keys in self._keys:
            with unavailable_when_away(), self._redis.pipeline(transaction=False) as pipe:
                pipe.delete(*(keys.usage(owner, day) for day in days))
                pipe.delete(*(keys.purse(owner, day) for day in days))
                pipe.zrem(keys.usage_changed, *(f"{owner}:{day}" for day in days))
                pipe.execute()


def _day(keys: PartitionKeys, owner: str, day: int, counts: Mapping[Any, Any]) -> UsageDay:
    numbers = {name: int(count) for name, count in counts.items() if name != _OWNER}
    changes, born_ms = numbers.pop(_CHANGES, 0), numbers.pop(_BORN, "")
    place = f"{keys.partition}:{owner}:{day}:{born_ms}"
    return UsageDay(place, counts.get(_OWNER, owner), day, changes, numbers)

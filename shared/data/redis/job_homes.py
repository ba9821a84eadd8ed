"""In which partitions an owner has jobs."""

from typing import Any

from redis import Redis

from shared.data.redis.client import unavailable_when_away
from shared.data.redis.keys import KeySpace, PartitionKeys
from shared.domain.identity import user_id_of


class JobHomes:
    """New jobs are made in the owner's partition; those that a session brought stay where they are.

    So no job ever changes its keys. StoreUnavailableError when Redis is away.
    """

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._redis: Any = redis
        self._keys = keys

    def of(self, owner: str) -> list[PartitionKeys]:
        """Return the partitions, the owner's own first."""
        own = self._keys.of_owner(owner)
        if user_id_of(owner) is None:
            return [own]  # a session brings none
        with unavailable_when_away():
            others = self._redis.smembers(own.homes(owner))
        return [own, *(each for each in self._keys if str(each.partition) in others)]

    def add(self, owner: str, partition: PartitionKeys) -> None:
        """Remember that there may be jobs of this owner."""
        own = self._keys.of_owner(owner)
        if partition != own:
            with unavailable_when_away():
                self._redis.sadd(own.homes(owner), partition.partition)

    def forget(self, owner: str) -> None:
        """Forget where the jobs were of an owner who has none any more."""
        with unavailable_when_away():
            self._redis.delete(self._keys.of_owner(owner).homes(owner))

"""The keys of lanes, which stand in the catalogue of all keys."""

from dataclasses import dataclass

from shared.data.redis.batch_keys import BatchKeys


@dataclass(frozen=True)
class LaneKeys(BatchKeys):
    """Where the work of one partition waits for a worker."""

    @property
    def paused(self) -> str:
        """Set: the lanes of which nobody begins work."""
        return self.base + "paused"

    @property
    def paused_by(self) -> str:
        """String: the number of the last change of `paused` that this partition has followed."""
        return self.base + "paused_by"

    def ready(self, queue: str) -> str:
        """Sorted set: work handed out and not claimed, by when to publish it again in ms."""
        return f"{self.base}ready:{queue}"

    def held(self, lane: str) -> str:
        """Sorted set: accepted work that is not handed to the broker yet, by creation in ms."""
        return f"{self.base}held:{lane}"

    def turns(self, lane: str) -> str:
        """Sorted set: the owners with work that is held, by whose turn it is."""
        return f"{self.base}turns:{lane}"

    def line(self, lane: str, owner: str) -> str:
        """Sorted set: an owner's work that is held, by creation in ms."""
        return f"{self.base}line:{lane}:{owner}"

    def active(self, lane: str) -> str:
        """Set: work of this lane that a worker has asked for and that has not ended."""
        return f"{self.base}active:{lane}"

    def pace(self, lane: str) -> str:
        """Hash: how fast work of this lane ends."""
        return f"{self.base}pace:{lane}"

"""Reads the logs of work, and hears when one has grown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from redis import Redis

from shared.data.redis.client import unavailable_when_away
from shared.data.redis.keys import KeySpace

END = "end"  # the log's last entry: each job's own final event stands in its place
LEFT = "left"  # a note that one job has left this work


@dataclass(frozen=True)
class LogEntry:
    """One entry; a `note` above 0 stands between two numbered events and is for no client."""

    seq: int
    note: int
    name: str
    data: str

    @property
    def cursor(self) -> str:
        """Where to read on from, behind this entry."""
        return f"{self.seq}-{self.note}"


class JobEvents:
    """The logs in Redis; every method raises StoreUnavailableError when Redis is away."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._redis = redis
        self._keys = keys

    def read(self, after: Mapping[str, str]) -> dict[str, list[LogEntry]]:
        """Return what stands behind the given cursor in each of these logs, in one round trip."""
        with unavailable_when_away(), self._redis.pipeline(transaction=False) as pipe:
            for work_id, cursor in after.items():
                keys = self._keys.of_job(work_id)
                pipe.xrange(keys.log(work_id) if keys else work_id, min=f"({cursor}", max="+")
            found = pipe.execute()
        return {
            work_id: [_entry(entry_id, fields) for entry_id, fields in entries]
            for work_id, entries in zip(after, found, strict=True)
        }

    def listen(self, *, idle_s: float) -> Iterator[set[str]]:
        """Yield the ids of work whose logs have grown; nothing new within `idle_s` is an empty set.

        The client must be one for blocking reads. The first set is empty and comes as soon as it
        listens: whatever was missed before can be read then.
        """
        pubsub = self._redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        with unavailable_when_away(), pubsub as channel:
            channel.subscribe(*(keys.news for keys in self._keys))
            yield set()
            while True:
                grown = set()
                message = channel.get_message(timeout=idle_s)
                while message:
                    grown.add(message["data"])
                    message = channel.get_message(timeout=0)
                yield grown


def _entry(entry_id: str, fields: Mapping[str, str]) -> LogEntry:
    seq, note = entry_id.split("-")
    return LogEntry(int(seq), int(note), fields["e"], fields["d"])

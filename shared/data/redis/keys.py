"""Every key that Copydesk keeps in Redis.

All keys of one owner carry the same partition tag `{p<n>}`, so that a script that moves a job stays
in one slot of a Redis Cluster. The tag is chosen when the job is accepted and stands in its id.
"""

import re
import zlib
from dataclasses import dataclass

import uuid_utils

from shared.data.redis.lane_keys import LaneKeys
from shared.data.redis.owner_keys import address_name
from shared.data.redis.owner_keys import digest as digest

JOB_ID = re.compile(r"job_[0-9a-f]{32}p([0-9]{1,4})")


@dataclass(frozen=True)
class PartitionKeys(LaneKeys):
    """The keys of one partition."""

    @property
    def leases(self) -> str:
        """Sorted set: work that runs, by the end of its lease in ms."""
        return self.base + "leases"

    @property
    def parked(self) -> str:
        """Sorted set: work that waits for its next try, by when that is in ms."""
        return self.base + "parked"

    @property
    def starts(self) -> str:
        """Sorted set: jobs that have to begin, by when in ms."""
        return self.base + "starts"

    @property
    def shelf(self) -> str:
        """Sorted set: work that used up its attempts, by when in ms (dead letters)."""
        return self.base + "shelf"

    @property
    def news(self) -> str:
        """Channel that names work whose log has grown."""
        return self.base + "news"

    def job(self, job_id: str) -> str:
        """Hash: one caller's job."""
        return f"{self.base}job:{job_id}"

    def work(self, work_id: str) -> str:
        """Hash: what one or more identical jobs wait for."""
        return f"{self.base}work:{work_id}"

    def input(self, work_id: str) -> str:
        """String: what the work is done on."""
        return f"{self.base}input:{work_id}"

    def result(self, work_id: str) -> str:
        """String: what came of it."""
        return f"{self.base}result:{work_id}"

    def log(self, work_id: str) -> str:
        """Stream: the work's events, with ids `<n>-0` from 1."""
        return f"{self.base}log:{work_id}"

    def members(self, work_id: str) -> str:
        """Set: the jobs that wait for this work."""
        return f"{self.base}members:{work_id}"

    def decisions(self, job_id: str) -> str:
        """Hash: what the job's owner decided about its suggestions, by suggestion id."""
        return f"{self.base}decisions:{job_id}"

    def tally(self, template_id: str, version: int) -> str:
        """Hash: how many suggestions of a template's version were accepted and rejected."""
        return f"{self.base}tally:{version}:{template_id}"

    def in_flight(self, mark: str) -> str:
        """String: the work that does, or has just done, what this fingerprint describes."""
        return f"{self.base}inflight:{mark}"

    def answer(self, mark: str) -> str:
        """String: the model's edits for this fingerprint (the cache)."""
        return f"{self.base}answer:{mark}"

    def generation(self, noun: str, thing_id: str) -> str:
        """Hash: under which generation a thing may be cached, and who is changing it."""
        return f"{self.base}generation:{noun}:{thing_id}"

    def cached(self, noun: str, thing_id: str, owner: str, part: str = "") -> str:
        """String: a thing, or a part of it, as one owner sees it, behind its generation (cache)."""
        return f"{self.base}cached:{noun}:{thing_id}:{owner}:{part}"

    def idempotency(self, owner: str, name: str) -> str:
        """Hash: the job that an Idempotency-Key made; its name is a digest of route and key."""
        return f"{self.base}idem:{digest(owner, name)}"

    def superseded(self, owner: str, name: str) -> str:
        """String: the newest job that an owner submitted under a key; its name is a digest."""
        return f"{self.base}supersede:{digest(owner, name)}"

    def jobs_of(self, owner: str) -> str:
        """Sorted set: an owner's jobs in this partition, by creation in ms."""
        return f"{self.base}jobs:{owner}"

    def homes(self, owner: str) -> str:
        """Set: other partitions with jobs of this owner, which came with a session."""
        return f"{self.base}homes:{owner}"

    @property
    def watched(self) -> str:
        """String: since when this Redis has known the sessions, in ms; it is in the first alone."""
        return self.base + "watched"

    def moved(self, owner: str) -> str:
        """String: the owner that a session has become."""
        return f"{self.base}moved:{owner}"

    @property
    def ended(self) -> str:
        """Hash: how many jobs have ended, by kind and outcome."""
        return self.base + "ended"

    def ended_on(self, day: int) -> str:
        """Hash: the same, of one day, in days since 1970."""
        return f"{self.base}ended:{day}"

    @property
    def usage_changed(self) -> str:
        """Sorted set: days of usage to be copied to MongoDB, by when they changed first."""
        return self.base + "usage_changed"

    def usage(self, owner: str, day: int) -> str:
        """Hash: what an owner used on a day, in days since 1970."""
        return f"{self.base}usage:{owner}:{day}"

    def session(self, owner: str) -> str:
        """Hash: an anonymous session."""
        return f"{self.base}session:{owner}"

    def denied(self, owner: str) -> str:
        """Hash: a user's logins that were ended, as long as a token of theirs may be shown."""
        return f"{self.base}denied:{owner}"

    def familiar(self, account_there: str) -> str:
        """String: from this address the password of this account was right lately."""
        return f"{self.base}familiar:{account_there}"

    def bucket(self, service: str, who: str) -> str:
        """Hash: a token bucket."""
        return f"{self.base}bucket:{service}:{who}"

    def address_bucket(self, service: str, address: str) -> str:
        """Hash: the token bucket of all anonymous callers at one address."""
        return self.bucket(service, address_name(address))


class KeySpace:
    """The partitions of one installation."""

    def __init__(self, partitions: int) -> None:
        self._partitions = tuple(PartitionKeys(n) for n in range(partitions))

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._partitions)

    def of_owner(self, owner: str) -> PartitionKeys:
        """Return the partition for whatever this owner makes now."""
        return self._partitions[zlib.crc32(owner.encode()) % len(self._partitions)]

    def of_thing(self, thing_id: str) -> PartitionKeys:
        """Return the partition of what many owners may see."""
        return self.of_owner(thing_id)

    def of_job(self, job_id: str) -> PartitionKeys | None:
        """Return the partition that the id names, or None for what is no id of ours."""
        found = JOB_ID.fullmatch(job_id)
        if not found or int(found[1]) >= len(self._partitions):
            return None
        return self._partitions[int(found[1])]

    def of_work(self, work_id: str) -> PartitionKeys:
        """Return the partition of work whose id came from us.

        :raises ValueError: it did not
        """
        keys = self.of_job(work_id)
        if keys is None:
            raise ValueError(work_id)
        return keys


def new_job_id(keys: PartitionKeys) -> str:
    """Return an id that sorts by time and tells its partition."""
    return f"job_{uuid_utils.uuid7().hex}p{keys.partition}"

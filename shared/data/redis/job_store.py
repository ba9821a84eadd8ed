"""Reads jobs, and takes one away from its work."""

from dataclasses import dataclass, replace

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.batch_results import BatchResults
from shared.data.redis.client import unavailable_when_away
from shared.data.redis.durability import wait_until_written
from shared.data.redis.job_records import flat_hash, job_record
from shared.data.redis.job_refusals import gone, no_such_job, refusal
from shared.data.redis.keys import KeySpace, digest, new_job_id
from shared.jobs.names import JobKind
from shared.jobs.policy import IDEMPOTENCY_TTL_MS, PUBLISH_AGAIN_MS, JobPolicy
from shared.jobs.records import Idempotency, JobRecord
from shared.jobs.states import Status


@dataclass(frozen=True)
class MadeAgain:
    """The new job, and work of its lane that needs a message by now."""

    job_id: str
    lane: str
    to_wake: tuple[str, ...]
    is_replay: bool = False


class JobStore:
    """The record of every job, for whoever owns it."""

    def __init__(self, redis: Redis, keys: KeySpace, policy: JobPolicy) -> None:
        self._redis = redis
        self._keys = keys
        self._policy = policy
        self._batch_results = BatchResults(redis, keys)
        self._look = scripts.load(redis, "look")
        self._again = scripts.load(redis, "again")
        self._cancel = scripts.load(redis, "cancel")
        self._delete = scripts.load(redis, "delete")

    def find(self, job_id: str, *, owner: str, with_result: bool = True) -> JobRecord:
        """Return the owner's job; that of a batch has to be put together, if it is wanted.

        :raises NotFoundError: there is none, or it is somebody else's
        :raises GoneError: its keeping time is over
        :raises StoreUnavailableError: Redis is away
        """
        keys = self._keys.of_job(job_id)
        if keys is None:
            raise no_such_job()
        found = self._look(keys=[keys.job(job_id), keys.decisions(job_id)], args=[owner, keys.base])
        if not found:
            raise no_such_job()
        job, work, result, place, decided, now_ms = found
        record = job_record(flat_hash(job), flat_hash(work), result or None, place)
        record = replace(record, decisions=flat_hash(decided))
        is_over = record.expires_ms is not None and record.expires_ms <= now_ms
        if is_over or not work:
            raise gone()
        is_batch = record.kind is JobKind.BATCH
        if is_batch and record.status is Status.SUCCEEDED and with_result:
            return replace(record, result=self._batch_results.of(record))
        return record

    def input(self, job: JobRecord) -> str:
        """Return what the job's work was done on, as JSON.

        :raises GoneError: its keeping time is over
        :raises StoreUnavailableError: Redis is away
        """
        keys = self._keys.of_job(job.work_id)
        with unavailable_when_away():
            found = self._redis.get(keys.input(job.work_id)) if keys else None
        if found is None:
            raise gone()
        return str(found)

    def ping(self) -> None:
        """Ask whether Redis answers.

        :raises StoreUnavailableError: it does not
        """
        with unavailable_when_away():
            self._redis.ping()

    def cancel(self, job_id: str, *, owner: str) -> bool:
        """Take the job from its work; return whether it has ended by now, else it is being stopped.

        :raises NotFoundError, StoreUnavailableError: as in `find`
        """
        keys = self._keys.of_job(job_id)
        if keys is None:
            raise no_such_job()
        fate = self._cancel(
            keys=[keys.job(job_id)],
            args=[job_id, owner, keys.base, self._policy.retention_ms, Status.CANCELLED.value],
        )
        if fate == "gone":
            raise no_such_job()
        return bool(fate != "stopping")

    def delete(self, job_id: str, *, owner: str) -> None:
        """Forget the job, with all that was kept of it; a live one is cancelled first.

        :raises NotFoundError, StoreUnavailableError: as in `find`
        """
        keys = self._keys.of_job(job_id)
        if keys is None:
            raise no_such_job()
        is_deleted = self._delete(
            keys=[keys.job(job_id), keys.decisions(job_id)],
            args=[job_id, owner, keys.base, self._policy.retention_ms],
        )
        if not is_deleted:
            raise no_such_job()

    def again(
        self,
        job_id: str,
        *,
        owner: str | None,
        request_id: str,
        idempotency: Idempotency | None = None,
    ) -> MadeAgain:
        """Make a new job on the input of one that ended without success.

        Without an owner it is an operator who asks.

        :raises NotFoundError: it is unknown or somebody else's
        :raises GoneError: its keeping time is over
        :raises ConflictError: it is live, or has succeeded
        :raises OverloadedError: too many jobs wait in its lane
        :raises IdempotencyMismatchError: the key named another request before
        """
        keys = self._keys.of_job(job_id)
        if keys is None:
            raise no_such_job()
        new_id = new_job_id(keys)
        key = idempotency or Idempotency("", "", "")
        name = digest(key.route, key.key)
        verdict, *more = self._again(
            keys=[
                keys.job(job_id),
                keys.job(new_id),
                keys.work(new_id),
                keys.input(new_id),
                keys.log(new_id),
                keys.members(new_id),
                keys.idempotency(owner or "", name),
            ],
            args=[
                owner or "",
                new_id,
                keys.base,
                PUBLISH_AGAIN_MS,
                self._policy.retention_ms,
                request_id,
                self._policy.bulk_window,
                self._policy.queue_depth,
                key.body_digest,
                IDEMPOTENCY_TTL_MS,
                name,
            ],
        )
        if verdict == "replayed":
            return MadeAgain(more[0], "", (), is_replay=True)
        if verdict != "accepted":
            raise refusal(verdict, *more)
        _, lane, to_wake, is_postponed = more
        if is_postponed:
            wait_until_written(self._redis)
        return MadeAgain(new_id, lane, tuple(to_wake))

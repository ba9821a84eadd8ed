"""What an operator does with work on the dead-letter shelf."""

from dataclasses import dataclass
from typing import Final

from shared.data.mongo.audit import AuditLog, Deed
from shared.data.redis.job_store import JobStore
from shared.data.redis.shelf import Shelf
from shared.errors import NotFoundError
from shared.jobs.names import QueueName
from shared.jobs.queue import JobQueue
from shared.jobs.records import Idempotency

REPLAY, DROP = "replay", "drop"
_ROUTE: Final = "shelf/replay"


@dataclass(frozen=True)
class DeadLetters:
    """Each step stands in the audit log before it is taken; StoreUnavailableError as ever."""

    shelf: Shelf
    jobs: JobStore
    queue: JobQueue
    audit: AuditLog

    def replay(self, work_id: str, who: str, request_id: str) -> str:
        """Try it again, as a new job of the same owner; return that job's id.

        Whoever asks again, for an answer was lost, or at the same time, gets the same job: nobody
        is charged twice.

        :raises NotFoundError: it is not there
        :raises OverloadedError: too many jobs wait in its lane
        """
        with self.audit.recorded(Deed(who, REPLAY, work_id, request_id)):
            self._expect(work_id)
            once = Idempotency(_ROUTE, work_id, REPLAY)
            made = self.jobs.again(work_id, owner=None, request_id=request_id, idempotency=once)
            for each in made.to_wake:
                self.queue.wake(each, QueueName(made.lane))
            self.shelf.take_off(work_id)
        return made.job_id

    def drop(self, work_id: str, who: str, request_id: str) -> None:
        """Take it off the shelf and shred its text.

        :raises NotFoundError: it is not there
        """
        with self.audit.recorded(Deed(who, DROP, work_id, request_id)):
            self._expect(work_id)
            self.shelf.drop(work_id)

    def _expect(self, work_id: str) -> None:
        if not self.shelf.holds(work_id):
            raise NotFoundError("There is no such work on the shelf")

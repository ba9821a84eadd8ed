"""What the writer decided about a suggestion."""

from dataclasses import dataclass
from typing import Any

import orjson

from shared.data.redis.decisions import DecisionStore
from shared.errors import NotFoundError
from shared.jobs.records import JobRecord
from shared.jobs.states import Decision
from shared.metrics.recorder import recorder
from web.services.jobs import JobDesk


@dataclass(frozen=True)
class DecisionDesk:
    """Accepts and rejects suggestions, as soon as they are shown."""

    jobs: JobDesk
    decisions: DecisionStore

    def decide(
        self, job_id: str, suggestion_id: str, decision: Decision, *, owner: str
    ) -> dict[str, Any]:
        """Note the decision; return the suggestion with it.

        :raises NotFoundError: no such job or suggestion, or the suggestion was withdrawn
        :raises GoneError: the job's keeping time is over
        """
        job = self.jobs.find(job_id, owner=owner)
        suggestion = self._suggestion(job, suggestion_id)
        if suggestion is None:
            raise NotFoundError("There is no such suggestion")
        self.decisions.decide(job, [suggestion_id], decision, owner=owner)
        recorder.decided(decision)
        return suggestion | {"state": decision}

    def _suggestion(self, job: JobRecord, suggestion_id: str) -> dict[str, Any] | None:
        known = orjson.loads(job.result) if job.result else self.jobs.standing(job)
        return next((one for one in known["suggestions"] if one["id"] == suggestion_id), None)

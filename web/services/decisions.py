"""What the writer decided about a suggestion."""

from dataclasses import dataclass
from typing import Any

import orjson

from shared.data.redis.decisions import DecisionStore
from shared.errors import NotFoundError
from shared.jobs.records import JobRecord
from shared.jobs.states import Decision, EventName
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
        self.decisions.decide(job, suggestion_id, decision, owner=owner)
        return suggestion | {"state": decision}

    def _suggestion(self, job: JobRecord, suggestion_id: str) -> dict[str, Any] | None:
        shown = orjson.loads(job.result)["suggestions"] if job.result else self._so_far(job)
        return next((one for one in shown if one["id"] == suggestion_id), None)

    def _so_far(self, job: JobRecord) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = []
        for event in self.jobs.history(job, 0):
            if event.name == EventName.OUTPUT_RESET:
                shown.clear()
            elif event.name == EventName.SUGGESTION_CREATED:
                shown.append(orjson.loads(event.data)["suggestion"])
        return shown

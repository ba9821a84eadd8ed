"""What writers decided about suggestions."""

from collections.abc import Sequence

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.job_refusals import no_such_job
from shared.data.redis.keys import KeySpace
from shared.jobs.records import JobRecord
from shared.jobs.states import Decision

_AT_ONCE = 500  # suggestions that one step decides about


class DecisionStore:
    """Keeps a decision as long as the job's result, and counts it for the template."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._keys = keys
        self._decide = scripts.load(redis, "decide")

    def decide(
        self, job: JobRecord, suggestion_ids: Sequence[str], decision: Decision, *, owner: str
    ) -> None:
        """Note the writer's last word about some suggestions; to repeat it does no harm.

        :raises NotFoundError: the job is gone meanwhile
        :raises StoreUnavailableError: Redis is away
        """
        keys = self._keys.of_job(job.id)
        if keys is None:
            raise no_such_job()
        kept, template = keys.decisions(job.id), job.about.get("template")
        tally = keys.tally(template["id"], template["version"]) if template else kept
        terms = (owner, decision, keys.base, int(template is not None))
        for first in range(0, len(suggestion_ids), _AT_ONCE):
            some = suggestion_ids[first : first + _AT_ONCE]
            noted = self._decide(keys=[keys.job(job.id), kept, tally], args=[*terms, *some])
            if not noted:
                raise no_such_job()

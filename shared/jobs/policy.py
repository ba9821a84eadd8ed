"""What holds for all jobs of one installation."""

from dataclasses import dataclass

from shared.settings import Settings

IDEMPOTENCY_TTL_MS = 24 * 3600 * 1000
_TOMBSTONE_MS = 7 * 24 * 3600 * 1000  # as in lua/lib/ends.lua
PUBLISH_AGAIN_MS = 5000  # accepted work nobody claimed by then is published once more


@dataclass(frozen=True)
class JobPolicy:
    """How long jobs are kept, how many may wait, and how many of the bulk lane are handed out.

    `queue_depth` and `bulk_window` count in one partition.
    """

    retention_s: int
    queue_depth: int
    bulk_window: int

    @classmethod
    def of(cls, settings: Settings) -> "JobPolicy":
        """Return the policy that the settings name."""
        return cls(settings.job_retention, settings.queue_depth, settings.bulk_window)

    @property
    def retention_ms(self) -> int:
        """How long a job is kept after its end, in ms."""
        return self.retention_s * 1000

    @property
    def index_ms(self) -> int:
        """How long it is known whose a job was, in ms: a week longer than the job is kept."""
        return self.retention_ms + _TOMBSTONE_MS

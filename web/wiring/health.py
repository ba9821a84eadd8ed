"""Builds what tells how this process and the installation are."""

from dataclasses import asdict, dataclass

from shared.data.mongo.templates import TemplateRepository
from shared.data.redis.depths import DepthStore
from shared.data.redis.job_store import JobStore
from shared.data.redis.provider_gate import ProviderGate
from shared.data.redis.worker_registry import WorkerRegistry
from shared.jobs.queue import JobQueue
from web.services.event_feed import EventFeed
from web.services.health import BREAKERS, WORKERS, HealthDesk, lane_view
from web.services.preparation import Preparation


@dataclass(frozen=True)
class Parts:
    """What jobs need."""

    jobs: JobStore
    templates: TemplateRepository
    preparation: Preparation
    queue: JobQueue
    feed: EventFeed


@dataclass(frozen=True)
class Views:
    """What the installation knows of itself."""

    depths: DepthStore
    workers: WorkerRegistry
    provider_gate: ProviderGate


def build_health(parts: Parts, views: Views) -> HealthDesk:
    """Return the desk; nothing is asked before somebody asks it."""

    def mongo() -> bool:
        parts.templates.ping()
        return parts.preparation.is_ready

    return HealthDesk(
        parts.feed,
        {
            "redis": parts.jobs.ping,
            "mongo": mongo,
            "broker": parts.queue.ping,
            "events": lambda: parts.feed.is_alive,
        },
        {
            WORKERS: views.workers.living,
            BREAKERS: views.provider_gate.breakers,
            "spend": lambda: asdict(views.provider_gate.budget_today()),
            "lanes": lambda: lane_view(views.depths.read(), views.workers.living()),
        },
    )

"""Builds what the web tier works with: the one place that makes clients for it."""

from dataclasses import dataclass

from shared.data.mongo import client as mongo
from shared.data.mongo.templates import TemplateRepository
from shared.data.redis.admission import Admission
from shared.data.redis.answers import AnswerCache
from shared.data.redis.client import WEB_TIMEOUT_S, connect, connect_blocking
from shared.data.redis.decisions import DecisionStore
from shared.data.redis.job_events import JobEvents
from shared.data.redis.job_store import JobStore
from shared.data.redis.keys import KeySpace
from shared.data.redis.limits import Gate
from shared.jobs.broker import sender
from shared.jobs.policy import JobPolicy
from shared.jobs.queue import JobQueue
from shared.settings import Settings
from web.services.decisions import DecisionDesk
from web.services.event_feed import EventFeed
from web.services.health import HealthDesk
from web.services.jobs import JobDesk
from web.services.suggestions import SuggestionDesk
from web.services.templates import TemplateCatalogue
from web.services.track_changes import TrackChanges


@dataclass(frozen=True)
class WebServices:
    """What views call."""

    settings: Settings
    gate: Gate
    templates: TemplateCatalogue
    template_store: TemplateRepository
    suggestions: SuggestionDesk
    jobs: JobDesk
    decisions: DecisionDesk
    track_changes: TrackChanges
    health: HealthDesk


def build_services(settings: Settings) -> WebServices:
    """Make clients; none connects before it is used."""
    keys = KeySpace(settings.partitions)
    redis = connect(str(settings.redis_uri), timeout_s=WEB_TIMEOUT_S)
    cache = connect(settings.cache, timeout_s=WEB_TIMEOUT_S)
    is_apart = settings.cache != str(settings.redis_uri)
    queue, policy = JobQueue(sender(settings)), JobPolicy.of(settings)
    store = JobStore(redis, keys, policy)
    events = JobEvents(redis, keys)
    feed = EventFeed(events, JobEvents(connect_blocking(str(settings.redis_uri)), keys))
    templates = TemplateRepository(mongo.connect(str(settings.mongo_uri)))
    jobs = JobDesk(store, events, feed, queue)
    return WebServices(
        settings=settings,
        gate=Gate(redis, keys),
        templates=TemplateCatalogue(templates),
        template_store=templates,
        suggestions=SuggestionDesk(
            model=settings.model,
            engine=settings.engine,
            rate_scale=settings.rate_limit_scale,
            retention_s=settings.job_retention,
            cache_is_apart=is_apart,
            admission=Admission(redis, keys, policy, cache_is_here=not is_apart),
            answers=AnswerCache(cache, keys),
            jobs=store,
            queue=queue,
        ),
        jobs=jobs,
        track_changes=TrackChanges(store),
        decisions=DecisionDesk(jobs, DecisionStore(redis, keys)),
        health=HealthDesk(store, templates, queue, feed),
    )

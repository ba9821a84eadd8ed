"""Builds what takes jobs."""

from dataclasses import dataclass

from shared.data.mongo.chat_turns import TurnRepository
from shared.data.mongo.conversations import ConversationRepository
from shared.data.redis.admission import Admission
from shared.data.redis.answers import AnswerCache
from shared.data.redis.batches import BatchStore
from shared.data.redis.client import WEB_TIMEOUT_S, connect
from shared.data.redis.job_store import JobStore
from shared.data.redis.keys import KeySpace
from shared.domain.limits import Service
from shared.jobs.queue import JobQueue
from shared.settings import Settings
from web.services.batches import BatchDesk
from web.services.chat import ChatDesk
from web.services.jobs import JobDesk
from web.services.submissions import FrontDesk
from web.services.suggestions import Offload, SuggestionDesk
from web.wiring.ids import unique_id


@dataclass(frozen=True)
class Intake:
    """What every desk needs that takes jobs."""

    settings: Settings
    admission: Admission
    jobs: JobStore
    queue: JobQueue

    def front(self, service: Service) -> FrontDesk:
        """Return what takes jobs at this service's rate."""
        scale = self.settings.rate_limit_scale
        return FrontDesk(service, scale, self.admission, self.jobs, self.queue)


def build_suggestions(takes: Intake, keys: KeySpace, offload: Offload) -> SuggestionDesk:
    """Return what takes orders for suggestions."""
    settings = takes.settings
    return SuggestionDesk(
        model=settings.model,
        engine=settings.engine,
        time_scale=settings.provider_timeout_scale,
        retention_s=settings.job_retention,
        cache_is_apart=settings.cache != str(settings.redis_uri),
        front=takes.front(Service.SUGGESTIONS),
        answers=AnswerCache(connect(settings.cache, timeout_s=WEB_TIMEOUT_S), keys),
        offload=offload,
    )


def build_chat(
    takes: Intake, conversations: ConversationRepository, turns: TurnRepository
) -> ChatDesk:
    """Return what takes messages."""
    settings = takes.settings
    return ChatDesk(
        models=(settings.model,) if settings.keyless else settings.models,
        time_scale=settings.provider_timeout_scale,
        new_id=unique_id,
        conversations=conversations,
        turns=turns,
        front=takes.front(Service.CHAT),
    )


def build_batches(takes: Intake, jobs: JobDesk, store: BatchStore) -> BatchDesk:
    """Return what takes whole documents."""
    settings = takes.settings
    return BatchDesk(
        model=settings.model,
        engine=settings.engine,
        front=takes.front(Service.BATCHES),
        jobs=jobs,
        store=store,
    )

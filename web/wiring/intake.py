"""Builds what takes jobs."""

from dataclasses import dataclass

from shared.data.mongo.chat_turns import TurnRepository
from shared.data.mongo.conversations import ConversationRepository
from shared.data.redis.admission import Admission
from shared.data.redis.answers import AnswerCache
from shared.data.redis.batches import BatchStore
from shared.data.redis.client import connect
from shared.data.redis.job_store import JobStore
from shared.data.redis.keys import KeySpace
from shared.domain.budgets import Budgets
from shared.domain.identity import Tier
from shared.domain.limits import Service
from shared.domain.model_limits import ModelLimits
from shared.domain.tariffs import Tariff
from shared.domain.worst_costs import WorstCosts
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
        scale, budgets = self.settings.rate_limit_scale, budgets_of(self.settings)
        return FrontDesk(service, scale, self.admission, self.jobs, self.queue, budgets)

    @property
    def costs(self) -> WorstCosts:
        """Return what tells the most that work can cost."""
        limits = ModelLimits(self.settings.model_context_tokens)
        return WorstCosts(limits, self.settings.chat_window_tokens)

    @property
    def tariff(self) -> Tariff:
        """Return the prices of who answers."""
        return Tariff(self.settings.model, self.settings.fallback)


def budgets_of(settings: Settings) -> Budgets:
    """Return what owners may spend."""
    return Budgets(
        {
            Tier.ANONYMOUS: settings.budget_anonymous_usd,
            Tier.USER: settings.budget_user_usd,
            Tier.ADMIN: settings.budget_admin_usd,
        }
    )


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
        answers=AnswerCache(connect(settings.cache, timeout_s=settings.redis_timeout), keys),
        offload=offload,
        costs=takes.costs,
        tariff=takes.tariff,
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
        costs=takes.costs,
        fallback=settings.fallback,
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
        tariff=takes.tariff,
    )

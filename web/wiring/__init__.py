"""Builds what the web tier works with: the one place that makes clients for it."""

from collections.abc import Callable
from dataclasses import dataclass

import gevent

from shared.data.cached_records import cached_records
from shared.data.erasures import account_erasures
from shared.data.mongo import client as mongo
from shared.data.mongo.audit import AuditLog
from shared.data.mongo.chat_turns import TurnRepository
from shared.data.mongo.conversations import ConversationRepository
from shared.data.mongo.indexes import Indexes
from shared.data.mongo.logins import LoginRepository
from shared.data.mongo.migrations import Migrations
from shared.data.mongo.usage_days import UsageRepository
from shared.data.promotions import promotions
from shared.data.redis.admission import Admission
from shared.data.redis.batches import BatchStore
from shared.data.redis.client import connect, connect_blocking
from shared.data.redis.decisions import DecisionStore
from shared.data.redis.depths import DepthStore
from shared.data.redis.guesses import PasswordGuesses
from shared.data.redis.job_events import JobEvents
from shared.data.redis.job_lists import JobLists
from shared.data.redis.job_store import JobStore
from shared.data.redis.keys import KeySpace
from shared.data.redis.lane_pauses import LanePauses
from shared.data.redis.limits import Gate
from shared.data.redis.provider_gate import GatePolicy, ProviderGate
from shared.data.redis.purses import Purses
from shared.data.redis.record_cache import cache_servers
from shared.data.redis.tallies import TemplateTallies
from shared.data.redis.usage import UsageCounters
from shared.data.redis.work_board import WorkBoard
from shared.data.redis.worker_registry import WorkerRegistry
from shared.domain.prices import name_prices
from shared.domain.prompt_templates import system_templates
from shared.jobs.broker import sender
from shared.jobs.policy import JobPolicy
from shared.jobs.queue import JobQueue
from shared.metrics.pages import MetricsPage
from shared.settings import Settings
from web.services.accounts import AccountDesk
from web.services.batch_applies import BatchApplyDesk
from web.services.batches import BatchDesk
from web.services.chat import ChatDesk
from web.services.conversations import ConversationDesk
from web.services.decisions import DecisionDesk
from web.services.documents import DocumentDesk
from web.services.drafts import DraftDesk
from web.services.event_feed import EventFeed
from web.services.files import FileDesk
from web.services.health import HealthDesk
from web.services.jobs import JobDesk
from web.services.logins import LoginDesk
from web.services.metrics import MetricsDesk
from web.services.open_lines import OpenLines
from web.services.operators import OperatorAccess
from web.services.ops import OpsDesk, OpsReadings
from web.services.preparation import Preparation
from web.services.promotions import PromotionDesk
from web.services.rebase import RebaseDesk
from web.services.sharing import SharingDesk
from web.services.stream_tokens import StreamTokens
from web.services.suggestions import Offload, SuggestionDesk
from web.services.template_desk import TemplateDesk
from web.services.template_reports import TemplateReporter
from web.services.templates import TemplateCatalogue
from web.services.tokens import AccessTokens
from web.services.track_changes import TrackChanges
from web.services.usage import UsageDesk
from web.services.versions import VersionDesk
from web.wiring.accounts import build_accounts
from web.wiring.documents import build_desks
from web.wiring.health import Parts, Views, build_health
from web.wiring.ids import unique_id
from web.wiring.intake import Intake, budgets_of, build_batches, build_chat, build_suggestions
from web.wiring.operators import build_access, build_ops


@dataclass(frozen=True)
class WebServices:
    """What views call."""

    settings: Settings
    gate: Gate
    purses: Purses
    tokens: AccessTokens
    accounts: AccountDesk
    promotions: PromotionDesk
    logins: LoginDesk
    templates: TemplateCatalogue
    template_desk: TemplateDesk
    suggestions: SuggestionDesk
    chat: ChatDesk
    batches: BatchDesk
    batch_applies: BatchApplyDesk
    conversations: ConversationDesk
    documents: DocumentDesk
    versions: VersionDesk
    drafts: DraftDesk
    files: FileDesk
    sharing: SharingDesk
    jobs: JobDesk
    lines: OpenLines
    stream_tokens: StreamTokens
    decisions: DecisionDesk
    track_changes: TrackChanges
    rebases: RebaseDesk
    health: HealthDesk
    metrics: MetricsDesk
    operators: OperatorAccess
    ops: OpsDesk
    preparation: Preparation
    usage: UsageDesk
    template_reports: TemplateReporter


def build_services(settings: Settings, offload: Offload) -> WebServices:
    """Make clients; none connects before it is used. `offload` is for what computes for long."""
    name_prices(settings.prices)
    keys = KeySpace(settings.partitions)
    redis = connect(str(settings.redis_uri), timeout_s=settings.redis_timeout)
    queue, policy = JobQueue(sender(settings)), JobPolicy.of(settings)
    store = JobStore(redis, keys, policy)
    is_here = settings.cache == str(settings.redis_uri)
    takes = Intake(settings, Admission(redis, keys, policy, cache_is_here=is_here), store, queue)
    events = JobEvents(redis, keys)
    feed = EventFeed(events, JobEvents(connect_blocking(str(settings.redis_uri)), keys))
    database = mongo.open_database(settings)
    servers = cache_servers(settings, redis, timeout_s=settings.redis_timeout)
    records = cached_records(database, servers, keys)
    templates, conversations = records.templates, ConversationRepository(database)
    catalogue = TemplateCatalogue(templates.system, templates.own)
    erasures = account_erasures(records, database, redis, keys, policy)
    guesses = PasswordGuesses(redis, keys, scale=settings.rate_limit_scale)
    desks = build_desks(settings, records, database, unique_id)
    accounts = build_accounts(settings, erasures, LoginRepository(database), guesses, offload)
    jobs = JobDesk(store, events, feed, queue, JobLists(redis, keys))
    batches = build_batches(takes, jobs, BatchStore(redis, keys, policy))
    pauses, registry = LanePauses(redis, keys), WorkerRegistry(redis)
    depths, audit = DepthStore(redis, keys), AuditLog(database)
    provider, board = ProviderGate(redis, GatePolicy.of(settings)), WorkBoard(redis, keys)
    readings = OpsReadings(depths, pauses, registry, board, provider)
    tallies, decisions = TemplateTallies(redis, keys), DecisionStore(redis, keys)
    preparation = Preparation(
        [
            Indexes(database).make,
            Migrations(database).run,
            lambda: templates.system.prepare(system_templates()),
        ]
    )
    return WebServices(
        settings=settings,
        gate=Gate(redis, keys),
        purses=Purses(redis, keys, budgets_of(settings)),
        tokens=accounts.logins.tokens,
        accounts=accounts,
        promotions=PromotionDesk(promotions(records, database, redis, keys, policy), _start),
        logins=accounts.logins,
        templates=catalogue,
        template_desk=TemplateDesk(catalogue, templates, tallies, unique_id),
        suggestions=build_suggestions(takes, keys, offload),
        chat=build_chat(takes, conversations, TurnRepository(database)),
        batches=batches,
        batch_applies=BatchApplyDesk(batches, desks.documents, desks.versions, decisions, offload),
        conversations=ConversationDesk(conversations),
        documents=desks.documents,
        versions=desks.versions,
        drafts=desks.drafts,
        files=desks.files,
        sharing=SharingDesk(desks.documents, accounts.users),
        jobs=jobs,
        lines=OpenLines(settings.streams_per_owner * max(1.0, settings.rate_limit_scale)),
        stream_tokens=StreamTokens(settings.jwt_secret.get_secret_value()),
        track_changes=TrackChanges(store, desks.files.converter),
        rebases=RebaseDesk(store),
        decisions=DecisionDesk(jobs, decisions),
        health=build_health(
            Parts(store, templates.system, preparation, queue, feed),
            Views(depths, registry, provider),
        ),
        metrics=MetricsDesk(MetricsPage(settings, "web"), depths, pauses, registry, provider),
        operators=build_access(settings, accounts.logins, audit),
        ops=build_ops(takes, redis, keys, readings, audit),
        preparation=preparation,
        usage=UsageDesk(UsageCounters(redis, keys), UsageRepository(database)),
        template_reports=TemplateReporter(templates.system, tallies),
    )


def _start(step: Callable[[], None], patience_s: float) -> None:
    gevent.spawn(step).join(timeout=patience_s)

"""Builds what the workers work with: the one place that makes clients for them."""

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from redis import Redis

from shared.data.cached_users import CachedUserRepository
from shared.data.mongo import client as mongo
from shared.data.mongo.chat_turns import TurnRepository
from shared.data.redis.answers import AnswerCache
from shared.data.redis.batches import BatchStore
from shared.data.redis.client import WORKER_TIMEOUT_S, connect
from shared.data.redis.keys import KeySpace
from shared.data.redis.leases import LeaseStore
from shared.data.redis.provider_gate import GatePolicy, ProviderGate
from shared.data.redis.record_cache import cache_servers
from shared.data.redis.section_answers import SectionAnswers
from shared.data.usage_owners import usage_owners
from shared.domain.model_limits import ModelLimits
from shared.jobs.broker import sender
from shared.jobs.leases import Claimant
from shared.jobs.names import JobKind
from shared.jobs.policy import JobPolicy
from shared.jobs.provider_calls import Endpoint
from shared.jobs.queue import JobQueue
from shared.settings import Settings
from workers.ai.gated_provider import GatedProvider
from workers.ai.offline.engine import OfflineEditor
from workers.ai.openai_provider import OpenAIProvider
from workers.ai.provider import Provider
from workers.services.archivist import Archivist
from workers.services.batches import BatchPlanner
from workers.services.bookkeeping import Bookkeeper
from workers.services.chat import ChatWriter
from workers.services.claims import Writer
from workers.services.housekeeper import Housekeeper
from workers.services.leases import Leases
from workers.services.section_orders import SectionOrders
from workers.services.sections import SectionWriter
from workers.services.suggestions import SuggestionWriter
from workers.services.sweeper import Sweeper
from workers.services.text_flows import Pacer
from workers.upkeep import build_archivist, build_housekeeper, build_sweeper

OPENAI = "api.openai.com:443"


@dataclass(frozen=True)
class WorkerServices:
    """What tasks call."""

    leases: Leases
    writers: Mapping[JobKind, Writer]
    sweeper: Sweeper
    housekeeper: Housekeeper
    bookkeeper: Bookkeeper
    archivist: Archivist | None


def build_services(settings: Settings) -> WorkerServices:
    """Connect to the stores and choose who answers."""
    keys = KeySpace(settings.partitions)
    redis = connect(str(settings.redis_uri), timeout_s=WORKER_TIMEOUT_S)
    leases = LeaseStore(redis, keys, JobPolicy.of(settings))
    cache = connect(settings.cache, timeout_s=WORKER_TIMEOUT_S)
    database = mongo.open_database(settings)
    turns = TurnRepository(database)
    servers = cache_servers(settings, redis, timeout_s=WORKER_TIMEOUT_S)
    users = CachedUserRepository(database, servers, keys)
    queue = JobQueue(sender(settings))
    return WorkerServices(
        leases=Leases(leases, queue, _claimant(settings)),
        writers=_writers(settings, _Stores(redis, cache, keys, turns), queue),
        sweeper=build_sweeper(settings),
        housekeeper=build_housekeeper(settings),
        bookkeeper=Bookkeeper(usage_owners(database, redis, keys), users),
        archivist=build_archivist(settings),
    )


@dataclass(frozen=True)
class _Stores:
    """What writers read and keep."""

    jobs: Redis
    cache: Redis
    keys: KeySpace
    turns: TurnRepository


def _writers(settings: Settings, stores: _Stores, queue: JobQueue) -> Mapping[JobKind, Writer]:
    provider, engine = build_provider(settings, stores.jobs), settings.engine
    limits = ModelLimits(settings.model_context_tokens, settings.provider_timeout_scale)
    answers = AnswerCache(stores.cache, stores.keys)
    kept = SectionAnswers(stores.cache, stores.keys)
    batches = BatchStore(stores.jobs, stores.keys, JobPolicy.of(settings))
    orders = SectionOrders(provider.model, engine, limits, kept)
    window_tokens = settings.chat_window_tokens
    return {
        JobKind.SUGGESTION: SuggestionWriter(provider, engine, answers, limits),
        JobKind.CHAT: ChatWriter(provider, stores.turns, window_tokens, limits, Pacer()),
        JobKind.BATCH: BatchPlanner(orders, batches, queue),
        JobKind.SECTION: SectionWriter(provider, engine, kept, limits, batches),
    }


def build_provider(settings: Settings, redis: Redis) -> Provider:
    """Return the model's server that the environment names, or the rules that need none."""
    if settings.keyless:
        return OfflineEditor()
    key = settings.openai_api_key
    provider = OpenAIProvider(
        model=settings.openai_model,
        api_key=key.get_secret_value() if key else None,
        base_url=str(settings.openai_base_url) if settings.openai_base_url else None,
    )
    gate = ProviderGate(redis, GatePolicy.of(settings))
    return GatedProvider(provider, gate, endpoint_of(settings))


def endpoint_of(settings: Settings) -> Endpoint:
    """Return whom calls go to, without what its address may tell beside."""
    url = settings.openai_base_url
    address = f"{url.host}:{url.port}" if url else OPENAI
    return Endpoint(address, settings.provider_rpm, settings.provider_tpm)


def _claimant(settings: Settings) -> Claimant:
    """A process gets a name of its own, for what died together is told by it."""
    name = f"{socket.gethostname()}/{os.getpid()}-{secrets.token_hex(4)}"
    return Claimant(worker=name, model=settings.model)

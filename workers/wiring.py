"""Builds what the workers work with: the one place that makes clients for them."""

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import HttpUrl, SecretStr
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
from shared.domain.prices import name_prices
from shared.jobs.broker import sender
from shared.jobs.leases import Claimant
from shared.jobs.names import JobKind
from shared.jobs.policy import JobPolicy
from shared.jobs.provider_calls import Endpoint
from shared.jobs.queue import JobQueue
from shared.settings import Settings
from workers.ai.fallback_provider import MOMENT_MS, FallbackProvider
from workers.ai.gated_provider import GatedProvider
from workers.ai.offline.engine import OfflineEditor
from workers.ai.openai_provider import OpenAIProvider
from workers.ai.provider import Provider
from workers.ai.watched_provider import WatchedProvider
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
    name_prices(settings.prices)
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
    orders = SectionOrders(provider.model, engine, limits, kept, settings.fallback)
    window_tokens = settings.chat_window_tokens
    return {
        JobKind.SUGGESTION: SuggestionWriter(provider, engine, answers, limits),
        JobKind.CHAT: ChatWriter(provider, stores.turns, window_tokens, limits, Pacer()),
        JobKind.BATCH: BatchPlanner(orders, batches, queue),
        JobKind.SECTION: SectionWriter(provider, engine, kept, limits, batches),
    }


def build_provider(settings: Settings, redis: Redis) -> Provider:
    """Return the model's server that the environment names, or the rules that need none.

    With a second one for when the first cannot answer; each has its own pace and breaker.
    """
    if settings.keyless:
        return OfflineEditor()
    gate = ProviderGate(redis, GatePolicy.of(settings))
    first = _Server(settings.openai_model, settings.openai_base_url, settings.openai_api_key)
    if settings.fallback_model is None:
        return _gated(first, gate, settings)
    # A key goes to the server that it is for, and to no other.
    url, key = settings.fallback_base_url, settings.fallback_api_key
    is_same = url is None or url == settings.openai_base_url
    second = _Server(
        settings.fallback_model, url or first.url, key or (first.key if is_same else None)
    )
    primary = _gated(first, gate, settings, most_wait_ms=MOMENT_MS)
    return FallbackProvider(primary, _gated(second, gate, settings))


@dataclass(frozen=True)
class _Server:
    """A model, where it is, and with which key."""

    model: str
    url: HttpUrl | None
    key: SecretStr | None


def _gated(
    server: _Server, gate: ProviderGate, settings: Settings, *, most_wait_ms: int | None = None
) -> Provider:
    provider = OpenAIProvider(
        model=server.model,
        api_key=server.key.get_secret_value() if server.key else None,
        base_url=str(server.url) if server.url else None,
    )
    is_first = server.url == settings.openai_base_url
    rpm, tpm = (settings.provider_rpm, settings.provider_tpm) if is_first else (None, None)
    watched = WatchedProvider(
        provider, server.url.host if server.url and server.url.host else OPENAI
    )
    endpoint = Endpoint(address_of(server.url), rpm, tpm)
    return GatedProvider(watched, gate, endpoint, most_wait_ms)


def address_of(url: HttpUrl | None) -> str:
    """Return where calls go to, without what the address may tell beside."""
    return f"{url.host}:{url.port}" if url else OPENAI


def _claimant(settings: Settings) -> Claimant:
    """A process gets a name of its own, for what died together is told by it."""
    name = f"{socket.gethostname()}/{os.getpid()}-{secrets.token_hex(4)}"
    return Claimant(worker=name, model=settings.model)

"""Builds what the workers work with: the one place that makes clients for them."""

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from shared.data.cached_users import CachedUserRepository
from shared.data.mongo import client as mongo
from shared.data.mongo.chat_turns import TurnRepository
from shared.data.redis.answers import AnswerCache
from shared.data.redis.client import WORKER_TIMEOUT_S, connect
from shared.data.redis.keys import KeySpace
from shared.data.redis.leases import LeaseStore
from shared.data.redis.record_cache import cache_servers
from shared.data.usage_owners import usage_owners
from shared.domain.model_limits import ModelLimits
from shared.jobs.broker import sender
from shared.jobs.leases import Claimant
from shared.jobs.names import JobKind
from shared.jobs.policy import JobPolicy
from shared.jobs.queue import JobQueue
from shared.settings import Settings
from workers.ai.offline.engine import OfflineEditor
from workers.ai.openai_provider import OpenAIProvider
from workers.ai.provider import Provider
from workers.services.archivist import Archivist
from workers.services.bookkeeping import Bookkeeper
from workers.services.chat import ChatWriter
from workers.services.claims import Writer
from workers.services.housekeeper import Housekeeper
from workers.services.leases import Leases
from workers.services.suggestions import SuggestionWriter
from workers.services.sweeper import Sweeper
from workers.services.text_flows import Pacer
from workers.upkeep import build_archivist, build_housekeeper, build_sweeper


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
    answers = AnswerCache(connect(settings.cache, timeout_s=WORKER_TIMEOUT_S), keys)
    database = mongo.open_database(settings)
    turns = TurnRepository(database)
    servers = cache_servers(settings, redis, timeout_s=WORKER_TIMEOUT_S)
    users = CachedUserRepository(database, servers, keys)
    provider = build_provider(settings)
    limits = ModelLimits(settings.model_context_tokens, settings.provider_timeout_scale)
    return WorkerServices(
        leases=Leases(leases, JobQueue(sender(settings)), _claimant(settings)),
        writers={
            JobKind.SUGGESTION: SuggestionWriter(provider, settings.engine, answers, limits),
            JobKind.CHAT: ChatWriter(provider, turns, settings.chat_window_tokens, limits, Pacer()),
        },
        sweeper=build_sweeper(settings),
        housekeeper=build_housekeeper(settings),
        bookkeeper=Bookkeeper(usage_owners(database, redis, keys), users),
        archivist=build_archivist(settings),
    )


def build_provider(settings: Settings) -> Provider:
    """Return the model's server that the environment names, or the rules that need none."""
    if settings.keyless:
        return OfflineEditor()
    key = settings.openai_api_key
    return OpenAIProvider(
        model=settings.openai_model,
        api_key=key.get_secret_value() if key else None,
        base_url=str(settings.openai_base_url) if settings.openai_base_url else None,
    )


def _claimant(settings: Settings) -> Claimant:
    """A process gets a name of its own, for what died together is told by it."""
    name = f"{socket.gethostname()}/{os.getpid()}-{secrets.token_hex(4)}"
    return Claimant(worker=name, model=settings.model)

"""Builds what looks after work that nobody is at, without the weight of a model's client."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.data.abandonments import abandonments
from shared.data.archive import open_archive
from shared.data.cached_records import cached_records
from shared.data.dead_letters import DeadLetters
from shared.data.erasures import AccountErasures, account_erasures
from shared.data.mongo import client as mongo
from shared.data.mongo.audit import AuditLog
from shared.data.mongo.document_versions import VersionRepository
from shared.data.mongo.indexes import Indexes
from shared.data.mongo.migrations import Migrations
from shared.data.promotions import promotions
from shared.data.redis.client import WORKER_TIMEOUT_S, connect
from shared.data.redis.job_store import JobStore
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import cache_servers
from shared.data.redis.shelf import Shelf
from shared.data.redis.sweeps import Sweeps
from shared.data.redis.tallies import TemplateTallies
from shared.data.redis.worker_registry import WorkerRegistry
from shared.data.template_erasures import TemplateEraser
from shared.jobs.broker import sender
from shared.jobs.names import QueueName
from shared.jobs.policy import JobPolicy
from shared.jobs.queue import JobQueue
from shared.settings import Settings
from shared.version import VERSION
from workers.services.archivist import Archivist
from workers.services.housekeeper import Housekeeper
from workers.services.signs_of_life import SignsOfLife
from workers.services.stalls import StallWatch, Surroundings
from workers.services.sweeper import Sweeper


@dataclass(frozen=True)
class ShelfTools:
    """What the shelf's command line calls."""

    shelf: Shelf
    letters: DeadLetters


@dataclass(frozen=True)
class MongoTools:
    """What brings MongoDB up to date."""

    indexes: Indexes
    migrations: Migrations


def build_mongo_tools(settings: Settings) -> MongoTools:
    """Return what an operator needs to bring MongoDB up to date."""
    database = mongo.open_database(settings)
    return MongoTools(Indexes(database), Migrations(database))


def build_sweeper(settings: Settings) -> Sweeper:
    """Return a sweeper with connections of its own."""
    keys = KeySpace(settings.partitions)
    redis = connect(str(settings.redis_uri), timeout_s=WORKER_TIMEOUT_S)
    sweeps = Sweeps(redis, keys, JobPolicy.of(settings))
    return Sweeper(sweeps, JobQueue(sender(settings)))


def build_housekeeper(settings: Settings) -> Housekeeper:
    """Return a housekeeper with connections of its own."""
    keys = KeySpace(settings.partitions)
    redis = connect(str(settings.redis_uri), timeout_s=WORKER_TIMEOUT_S)
    database = mongo.open_database(settings)
    servers = cache_servers(settings, redis, timeout_s=WORKER_TIMEOUT_S)
    records = cached_records(database, servers, keys)
    policy, kept_s = JobPolicy.of(settings), settings.anonymous_retention
    return Housekeeper(
        erasures=account_erasures(records, database, redis, keys, policy),
        promotions=promotions(records, database, redis, keys, policy),
        abandonments=abandonments(records, database, redis, keys, kept_s),
        documents=records.document_upkeep,
        templates=TemplateEraser(records.templates.estates, TemplateTallies(redis, keys)),
    )


def build_archivist(settings: Settings) -> Archivist | None:
    """Return an archivist with connections of its own, if there is an archive."""
    archive = open_archive(settings)
    if archive is None:
        return None
    redis = connect(str(settings.redis_uri), timeout_s=WORKER_TIMEOUT_S)
    database = mongo.open_database(settings)
    servers = cache_servers(settings, redis, timeout_s=WORKER_TIMEOUT_S)
    records = cached_records(database, servers, KeySpace(settings.partitions))
    versions = VersionRepository(database, archive.fetch)
    return Archivist(versions, records.document_upkeep, archive, settings.archive_after)


def build_registry(settings: Settings) -> WorkerRegistry:
    """Return the registry of processes, with a connection of its own."""
    return WorkerRegistry(connect(str(settings.redis_uri), timeout_s=WORKER_TIMEOUT_S))


def build_signs_of_life(settings: Settings, process: str) -> SignsOfLife:
    """Return what tells a watchdog that this process runs."""
    told = {"process": process, "version": VERSION, "environment": settings.environment.value}
    return SignsOfLife(settings.worker_stall, told)


def build_stall_watch(settings: Settings, queues: Iterable[str]) -> StallWatch:
    """Return what judges whether a worker of these queues has stalled."""
    redis = connect(str(settings.redis_uri), timeout_s=WORKER_TIMEOUT_S)
    sweeps = Sweeps(redis, KeySpace(settings.partitions), JobPolicy.of(settings))
    sender_queue, names = JobQueue(sender(settings)), tuple(map(QueueName, queues))
    around = Surroundings(
        work_is_ready=lambda: sweeps.waiting(*names) > 0,
        messages=lambda: sum(map(sender_queue.depth, names)),
    )
    return StallWatch(settings.worker_stall, around)


def build_erasures(settings: Settings) -> AccountErasures:
    """Return what ends logins and deletes accounts."""
    return build_housekeeper(settings).erasures


def build_shelf(settings: Settings) -> ShelfTools:
    """Return what an operator needs to look after dead letters."""
    keys = KeySpace(settings.partitions)
    redis = connect(str(settings.redis_uri), timeout_s=WORKER_TIMEOUT_S)
    jobs, shelf = JobStore(redis, keys, JobPolicy.of(settings)), Shelf(redis, keys)
    audit = AuditLog(mongo.open_database(settings))
    return ShelfTools(shelf, DeadLetters(shelf, jobs, JobQueue(sender(settings)), audit))

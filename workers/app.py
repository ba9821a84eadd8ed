"""The Celery app of the workers."""

import atexit
import signal
from functools import cached_property, partial
from typing import Any

from celery import Celery
from celery.signals import (
    beat_init,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
    worker_shutting_down,
)
from redbeat.schedulers import acquire_distributed_beat_lock

from shared.domain.tokens import count_tokens
from shared.jobs.broker import configure_worker
from shared.jobs.workers import BEAT
from shared.metrics.pages import MetricsPage
from shared.settings import Settings
from shared.traces.tracing import tracing
from workers.beat import BeatPulse, ScheduleStore
from workers.nodes import LEAVE, Node, Watchman, hand_on
from workers.services.leases import Leases
from workers.services.presence import Presence
from workers.services.signs_of_life import SignsOfLife
from workers.tasks import archiving, bookkeeping, sweeps, tidying, work
from workers.upkeep import build_registry, build_signs_of_life, build_stall_watch
from workers.wiring import WorkerServices, build_services


class Worker(Celery):
    """A Celery app that knows the services its tasks call."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("copydesk", broker=settings.broker, set_as_current=False)
        self.settings = settings
        self.metrics: MetricsPage | None = None
        self.watchman: Watchman | None = None
        self.signs: SignsOfLife | None = None
        self.process = "beat"  # the one that has no node's name to be called by
        self.beat_pulse = BeatPulse()

    @cached_property
    def services(self) -> WorkerServices:
        """Built with the first task, and so after any fork."""
        tracing.start(self.settings, "copydesk-worker")
        return build_services(self.settings)

    @cached_property
    def redbeat_conf(self) -> ScheduleStore:
        """What beat's scheduler looks for here before it makes its own from `conf`."""
        return ScheduleStore(self, str(self.settings.redis_uri))

    @property
    def leases(self) -> Leases | None:
        """What this process claims with, if it has begun any job."""
        return self.services.leases if "services" in self.__dict__ else None


def create_worker(settings: Settings) -> Worker:
    """Return an app that has touched nothing outside itself."""
    worker = Worker(settings)
    configure_worker(worker, settings)
    work.register(worker)
    sweeps.register(worker)
    tidying.register(worker)
    bookkeeping.register(worker)
    archiving.register(worker, has_archive=settings.s3_bucket is not None)
    worker_init.connect(partial(_count, worker), weak=False)
    worker_init.connect(partial(_learn_to_count, worker), weak=False)
    worker_init.connect(partial(_show_life, worker), weak=False)
    # It waits until no other beat lives: a second one has to be seen before, and watched over.
    beat_init.disconnect(acquire_distributed_beat_lock)
    beat_init.connect(partial(_count, worker), weak=False)
    beat_init.connect(partial(_show_life, worker), weak=False)
    beat_init.connect(partial(_announce_beat, worker), weak=False)
    beat_init.connect(acquire_distributed_beat_lock)
    worker_ready.connect(partial(_announce, worker), weak=False)
    worker_shutting_down.connect(partial(_hand_on, worker), weak=False)
    worker_process_init.connect(partial(_hear, worker), weak=False)
    worker_process_shutdown.connect(_say_last_word, weak=False)
    return worker


def _count(worker: Worker, sender: Any, **_: Any) -> None:
    """Serve what is counted here. A node is called as before the @ of its name; beat has none."""
    name = str(getattr(sender, "hostname", "beat")).partition("@")[0]
    worker.metrics = MetricsPage.of_all(worker.settings, name)
    worker.metrics.serve()


def _learn_to_count(worker: Worker, **_: Any) -> None:
    """Load what counts tokens before any lease runs, and before a pool forks.

    It takes most of a second of the processor and lets no heartbeat run meanwhile; with eight
    processes that begin at once on a busy machine, that was more than a lease.
    """
    if not worker.settings.keyless:
        for model in worker.settings.asked_models:
            count_tokens("", model)


def _show_life(worker: Worker, **_: Any) -> None:
    """Let a watchdog end this process if it stands still as a whole; before a pool forks."""
    worker.signs = build_signs_of_life(worker.settings, worker.process)
    worker.signs.start()


def _announce(worker: Worker, sender: Any, **_: Any) -> None:
    """Say what this node is, and watch that it does it, from its first connection on."""
    node = Node(sender, sender.pulse, lambda: worker.leases)
    node.listen()
    presence = Presence(build_registry(worker.settings), node.state)
    presence.start()
    atexit.register(presence.leave)
    watch = build_stall_watch(worker.settings, node.queues)
    worker.watchman = Watchman(node, watch, presence, worker.settings.worker_grace)
    worker.watchman.start()


def _announce_beat(worker: Worker, **_: Any) -> None:
    state = partial(worker.beat_pulse.state, BEAT)
    presence = Presence(build_registry(worker.settings), state)
    presence.start()
    atexit.register(presence.leave)


def _hear(worker: Worker, **_: Any) -> None:
    """Celery tells a pool's processes nothing: it waits, and a supervisor loses its patience."""
    signal.signal(LEAVE, lambda *_: _hand_on(worker))
    if worker.metrics:
        worker.metrics.join()
    if worker.signs:
        worker.signs.join()


def _say_last_word(**_: Any) -> None:
    """A pool's process ends without what Python does at an end."""
    tracing.stop()


def _hand_on(worker: Worker, **_: Any) -> None:
    """Celery is about to wait for the tasks that this lets end."""
    if worker.watchman:
        worker.watchman.stop()
    hand_on(worker.leases, worker.settings.worker_grace)

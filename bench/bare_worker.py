"""A bare Celery worker that makes the same call: what a job of ours is held against.

Same pool, slots, broker and broker settings; no record, no lease, no log, no result, and none of
the task events that Flower reads.
"""

from celery import Celery

from bench.bare_call import BareCaller
from bench.names import BARE_TASK
from shared.jobs.broker import configure_worker
from shared.settings import load_settings

settings = load_settings()
worker = Celery("bare", broker=settings.broker, set_as_current=False)
configure_worker(worker, settings)
worker.conf.worker_send_task_events = False
caller = BareCaller(model=settings.openai_model, base_url=str(settings.openai_base_url))


@worker.task(name=BARE_TASK)
def call_model(_number: str) -> None:
    """Make the call and forget the reply."""
    caller.call()

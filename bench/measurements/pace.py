"""A backlog before a provider that allows so many calls a minute: what is refused and used."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis

from bench import texts
from bench.client import SUGGESTIONS
from bench.figures import Figure, Target
from bench.load import Load
from bench.served import serve
from bench.stack import Stack

GAP_MS = 25  # 20 pieces: a call takes half a second
LASTS_MIN = 1.1
SIDES = (("window", 600), ("bucket", 1200))  # a fixed minute; a bucket that holds one second's
_OF_MODELS = ("cd:{all}:model:*", "cd:{all}:line:*")


def measure(stack: Stack, _rounds: int) -> list[Figure]:
    """Each kind of limit once named in the settings, and once learnt from the answers."""
    stack.need(stack.web, stack.sweeper, stack.worker)
    stack.worker.stop()
    figures: list[Figure] = []
    for kind, per_minute in SIDES:
        named = {"PROVIDER_RPM": str(per_minute)}
        for how, settings in (("named", named), ("learnt", {})):
            _forget_models(stack)
            with _worker(stack, settings):
                title = f"{per_minute} calls a minute ({kind}, {how})"
                figures += _figures(stack, title, kind, per_minute)
    return figures


@contextmanager
def _worker(stack: Stack, settings: dict[str, str]) -> Iterator[None]:
    with stack.worker_with(**settings):
        stack.model.reset(gap_ms=1)
        stack.client().finished_job()
        yield


def _figures(stack: Stack, title: str, kind: str, per_minute: int) -> list[Figure]:
    count = int(per_minute * LASTS_MIN)
    _forget_models(stack)
    stack.model.reset(gap_ms=GAP_MS, limit=f"{kind}={per_minute}")
    load = Load(
        stack.port,
        SUGGESTIONS,
        stack.client().session,
        status=202,
        first_number=texts.fresh_number(),
        distinct=True,
        count=count,
    )
    serve(load, stack.web)
    tally = stack.model.wait_for(ended=count)
    took_min = (tally.last_called_s - tally.first_called_s) / 60
    return [
        _share(f"{title}: refused", tally.refused / (tally.calls + tally.refused), Target("<", 1)),
        _share(f"{title}: used", (tally.calls - 1) / took_min / per_minute, Target("≥", 90)),
    ]


def _share(name: str, share: float, target: Target) -> Figure:
    return Figure(name, 100 * share, None, 100 * share, "%", "%", target)


def _forget_models(stack: Stack) -> None:
    with Redis.from_url(str(stack.settings.redis_uri)) as redis:
        for pattern in _OF_MODELS:
            for key in redis.scan_iter(pattern):
                redis.delete(key)

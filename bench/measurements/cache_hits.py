"""A request that the cache answers, against a bare route that reads and writes JSON."""

from bench import texts
from bench.client import SUGGESTIONS
from bench.figures import Figure, Target, alternate
from bench.load import Load
from bench.names import BARE_ECHO
from bench.served import rate_figures, serve
from bench.stack import Stack

FOR_S = 2.0
TARGET = Target("≥", 0.35)


def measure(stack: Stack, rounds: int) -> list[Figure]:
    """One session asks for the same text again and again."""
    stack.need(stack.web, stack.worker, stack.bare_web)
    client, number = stack.client(), texts.fresh_number()
    client.finished_job(number)
    stack.worker.pause()
    hit = Load(stack.port, SUGGESTIONS, client.session, first_number=number, for_s=FOR_S)
    echo = Load(stack.bare_port, BARE_ECHO, client.session, first_number=number, for_s=FOR_S)

    ours, bare = alternate(
        rounds, lambda: serve(hit, stack.web), lambda: serve(echo, stack.bare_web)
    )

    return rate_figures("cache hit", ours, bare, TARGET)

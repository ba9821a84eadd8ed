"""A job that is accepted (202), against a bare route that sends one message to the same broker."""

from dataclasses import replace

from bench import texts
from bench.client import SUGGESTIONS
from bench.figures import Figure, Target, alternate
from bench.load import Load
from bench.names import BARE_SEND
from bench.processes import Process
from bench.served import Served, rate_figures, serve
from bench.stack import Stack

FOR_S = 2.0
TARGET = Target("≥", 0.5)


def measure(stack: Stack, rounds: int) -> list[Figure]:
    """One session asks for a new text each time; no worker runs."""
    stack.need(stack.web, stack.bare_web)
    session = stack.client().session
    new = Load(stack.port, SUGGESTIONS, session, status=202, distinct=True, for_s=FOR_S)
    send = replace(new, port=stack.bare_port, path=BARE_SEND)

    ours, bare = alternate(
        rounds, lambda: _serve(new, stack.web), lambda: _serve(send, stack.bare_web)
    )

    return rate_figures("accepted job", ours, bare, TARGET)


def _serve(load: Load, server: Process) -> Served:
    return serve(replace(load, first_number=texts.fresh_number()), server)

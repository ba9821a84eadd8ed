"""Follows the batches of several files at once, and can be left at any time."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import TypeVar

from copydesk.cli.meters import Meter
from copydesk.cli.orders import Order, Orders
from copydesk.cli.patience import telling
from copydesk.cli.sources import Source
from copydesk.cli.states import RunState, duration

AT_ONCE = 4
LOOK_EVERY_S = 2.0
T = TypeVar("T")
R = TypeVar("R")


class Follower:
    """Orders for each source, and follows to the end; `placed` is what is known meanwhile."""

    def __init__(self, orders: Orders, meter: Meter) -> None:
        self._orders = orders
        self._meter = meter
        self.placed: list[Order] = []

    def follow(self, source: Source) -> Order:
        """Return the order once its batch is over, however it ended."""
        state = RunState(source.name)
        self._meter.show(state)
        with telling(lambda wait_s: self._meter.say(_of_a_wait(source.name, wait_s))):
            order = self._orders.place(source)
        self.placed.append(order)
        if order.is_resumed:
            self._meter.say(f"{source.name}: going on with batch {order.batch.id}")
        # From the first event on, also of a batch that is gone on with: they make up the counts.
        looked_at = time.monotonic()
        for event in order.batch.events():
            state.hear(event.name, event.data)
            if state.is_over:
                continue
            if time.monotonic() - looked_at > LOOK_EVERY_S:
                looked_at = time.monotonic()
                order.batch.refresh()
                state.look(order.batch)
            self._meter.show(state)
        state.look(order.batch.refresh())
        self._meter.show(state)
        return order


def _of_a_wait(name: str, wait_s: float) -> str:
    return f"{name}: too many requests, the next try is in {duration(wait_s)}"


def side_by_side(work: Callable[[T], R], items: Sequence[T]) -> list[Future[R]]:
    """Do the work for some items at a time; return what came of each, in their order.

    The threads die with the process: whoever is interrupted here need not wait for a server.
    """
    results: list[Future[R]] = [Future() for _ in items]
    todo: queue.SimpleQueue[tuple[T, Future[R]]] = queue.SimpleQueue()
    for pair in zip(items, results, strict=True):
        todo.put(pair)
    for _ in range(min(AT_ONCE, len(items))):
        threading.Thread(target=_work_off, args=(work, todo), daemon=True).start()
    while wait(results, timeout=0.2).not_done:  # short, so that Windows hears Ctrl-C as well
        pass
    return results


def _work_off(work: Callable[[T], R], todo: "queue.SimpleQueue[tuple[T, Future[R]]]") -> None:
    while True:
        try:
            item, result = todo.get_nowait()
        except queue.Empty:
            return
        try:
            result.set_result(work(item))
        except BaseException as error:  # noqa: BLE001  raised again where the result is asked for
            result.set_exception(error)

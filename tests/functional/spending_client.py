"""Watches an owner's purse while many spend from it at once."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx

from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace
from shared.domain.budgets import NUSD
from shared.domain.identity import user_owner
from tests.account_client import Person
from tests.stack import Stack
from tests.stack_client import SUGGESTIONS, order, some_text

DAY_S = 24 * 3600
LONG_S = 90


class Till:
    """Reads the purse of a user as Redis has it: spent and set aside, in one moment."""

    def __init__(self, stack: Stack, person: Person) -> None:
        self._owner = user_owner(person.user["id"])
        self._keys = KeySpace(1).of_owner(self._owner)
        self._redis = connect(str(stack.settings.redis_uri), timeout_s=20)
        self.seen: list[tuple[float, float]] = []

    def look(self) -> tuple[float, float]:
        key = self._keys.purse(self._owner, int(time.time() // DAY_S))
        spent, reserved = self._redis.hmget(key, "spent_nusd", "reserved_nusd")
        return int(spent or 0) / NUSD, int(reserved or 0) / NUSD

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look again and again until the block is left."""
        is_over = threading.Event()

        def watch() -> None:
            while not is_over.wait(0.005):
                self.seen.append(self.look())

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield
        finally:  # else it would keep the run from its end
            is_over.set()
            thread.join()


def wait_for_a_day() -> None:
    """Return when the UTC day lasts for longer than a test: money is counted by the day."""
    left_s = DAY_S - time.time() % DAY_S
    if left_s < LONG_S:
        time.sleep(left_s)


def submit_all(person: Person, count: int, *, at_once: int) -> list[httpx.Response]:
    """Hand in so many jobs from several threads."""
    bodies = [order(some_text()) for _ in range(count)]
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda body: person.http.post(SUGGESTIONS, json=body), bodies))


def ledger(till: Till, answers: list[httpx.Response], paid: float) -> str:
    """Return what happened, in figures."""
    codes = Counter(answer.status_code for answer in answers)
    spent, reserved = till.look()
    rows = {
        "accepted": codes[202] + codes[200],
        "refused (402)": codes[402],
        "set aside at most": f"{max(reserved for _, reserved in till.seen):.6f}",
        "spent and set aside at most": f"{max(map(sum, till.seen)):.6f}",
        "looked at": len(till.seen),
        "spent": f"{spent:.6f}",
        "set aside at the end": f"{reserved:.6f}",
        "sum of cost_usd": f"{paid:.6f}",
    }
    return "\n".join(f"{name:28} {figure:>12}" for name, figure in rows.items())

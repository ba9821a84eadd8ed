"""One row of the table: a fault, under load, run after run."""

import asyncio
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from tests.chaos.aside import Aside
from tests.chaos.callers import Callers, new_session
from tests.chaos.house import House, Plan
from tests.chaos.ledger import Accepted, Called, Complaint, Fault, Ledger
from tests.chaos.orders import Model, Order, key_of, make_orders
from tests.chaos.tally import Tally
from tests.chaos.verdict import Verdict, judge
from tests.model_server_scripts import Call, Script

SESSIONS = 4
FAILED = "failed"
_JOBS_PER_S = 40
_SHORTEST_LOAD_S = 2.0
_SETTLED_S = 1.0


@dataclass
class Scene:
    """What a fault acts upon, and where it says what it did."""

    house: House
    ledger: Ledger
    chance: random.Random
    load_s: float
    orders: list[Order]
    odd: dict[str, Callable[[Call], Script]] = field(default_factory=dict)
    slowness: float = 1.0
    hold: threading.Event = field(default_factory=threading.Event)  # for answers that must wait
    tally: Tally = field(default_factory=Tally)
    callers: Callers = field(init=False)
    load: Aside = field(init=False)

    @property
    def is_over(self) -> bool:
        """Whether every reader has come to an end."""
        return self.load.is_over

    def wait_for_a_moment(self) -> None:
        """Wait for some moment in the midst of the load."""
        time.sleep(self.load_s * self.chance.uniform(0.25, 0.9))

    def fault(self, what: str) -> None:
        """Note what is being done, at this moment."""
        self.ledger.add(Fault(what))

    def complain(self, words: str) -> None:
        """Note a promise that was seen to be broken."""
        self.ledger.add(Complaint(words))

    def expect(self, numbers: Sequence[int], code: str, answer: Callable[[Call], Script]) -> None:
        """Say that these orders fail with this code, for the model answers them thus."""
        for number in numbers:
            order = replace(self.orders[number], status=FAILED, code=code)
            self.orders[number] = order
            self.odd[order.key] = answer

    def calls_about(self, order: Order) -> list[Call]:
        """Return the model's calls about an order's text."""
        return [call for call in list(self.house.model.calls) if key_of(call) == order.key]

    def accepted(self) -> Iterator[Accepted]:
        """Yield what is accepted, as it comes, until the load is over."""
        known = 0
        while not self.is_over:
            found = self.ledger.all(Accepted)
            yield from found[known:]
            known = len(found)
            time.sleep(0.05)


def _nothing(_: Scene) -> None:
    """Leave everything as it is."""


@dataclass(frozen=True)
class Row:
    """`prepare` may change what is ordered; `act` does the harm, from the thread that lasts."""

    act: Callable[[Scene], None] = _nothing
    prepare: Callable[[Scene], None] = _nothing
    after: Callable[[Scene], None] = _nothing
    plan: Plan = field(default_factory=Plan)
    patience_s: float = 200.0  # for a machine that starts a worker in half a minute
    load_s: float | None = None
    runs_at_once: bool = False
    missing: Callable[[], str] = str  # why this machine cannot do it; empty when it can


@dataclass(frozen=True)
class Size:
    """How much to do."""

    runs: int = 5
    jobs: int = 200
    seed: int = 0

    def joined(self) -> "Size":
        """Return one run with the jobs of all."""
        return Size(1, self.runs * self.jobs, self.seed)


def play(row: Row, house: House, size: Size, folder: Path) -> Iterator[Verdict]:
    """Yield the verdict on each run."""
    for number in range(1, size.runs + 1):
        ledger = Ledger(folder / f"ledger-{number}.jsonl")
        try:
            yield _run(row, house, ledger, f"{size.seed}.{number}", size.jobs)
        finally:
            ledger.close()


def _run(row: Row, house: House, ledger: Ledger, seed: str, jobs: int) -> Verdict:
    scene = _scene(row, house, ledger, seed, jobs)
    scene.callers = asyncio.run(_callers(house, ledger))
    _answer_with(scene, seed)
    scene.load = Aside(partial(scene.callers.run, scene.orders, row.patience_s))
    row.act(scene)
    scene.load.join()
    house.mend()
    row.after(scene)
    time.sleep(_SETTLED_S)
    asyncio.run(scene.callers.examine())
    house.look_into_store(ledger)
    return replace(judge(ledger), tally=scene.tally)


def _scene(row: Row, house: House, ledger: Ledger, seed: str, jobs: int) -> Scene:
    chance = random.Random(seed)
    load_s = row.load_s or max(_SHORTEST_LOAD_S, jobs / _JOBS_PER_S)
    orders = make_orders(f"run{seed}", jobs, load_s, chance)
    scene = Scene(house, ledger, chance, load_s, orders)
    row.prepare(scene)
    return scene


def _answer_with(scene: Scene, seed: str) -> None:
    def note(key: str) -> None:
        scene.ledger.add(Called(key))

    scene.house.model.reset()
    scene.house.model.plan(Model(seed, scene.odd, note, scene.slowness))


async def _callers(house: House, ledger: Ledger) -> Callers:
    sessions = [await new_session(house.ports[0]) for _ in range(SESSIONS)]
    return Callers(ledger, house.ports, sessions)

"""Events through the client, over lines that break and servers that die."""

import asyncio
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from copydesk import AsyncDesk, ConnectionLostError, Desk, Job
from copydesk.lines import http
from copydesk.protocol import following
from copydesk.protocol.retries import RetryPolicy

from tests.cutting_proxy import CuttingProxy
from tests.model_server_scripts import edit, known_words, propose
from tests.stack_client import some_text

TEMPLATE = {"template": "more-professional"}
WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
SOON = RetryPolicy(first_s=0.02, longest_s=0.1)
# Less than the headers, then some events, once in an event's midst, and now and then all.
CUTS = (100, 900, 1111, 2500, 700, 50, 4000, 1500, 100_000)


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    monkeypatch.setattr(following, "_PACE", SOON)


@pytest.fixture
def desk(stack, model):
    with Desk(stack.url) as desk:
        yield desk


@pytest.fixture
def hold(model):
    """Return what the model's last chunk waits for."""
    event = threading.Event()
    model.plan(lambda call: known_words(call, hold=event))
    return event


def eight_edits(model, **more):
    model.plan(
        propose(*(edit(word, word.upper(), explanation="x" * 200) for word in WORDS), **more)
    )
    return some_text(" ".join(WORDS))


def over(desk, job):
    """Return the same job as another desk has it, without asking for it."""
    return Job(desk._line, job.view)


def late(desk, job):
    """Return what one who comes late gets, over a line that holds."""
    return list(desk.job(job.id).events())


class TestALineThatBreaks:
    @pytest.mark.parametrize("begins_with", range(3))
    def test_the_reader_gets_what_a_late_one_gets(self, desk, stack, model, begins_with):
        job = desk.suggest(eight_edits(model, between_s=0.01), **TEMPLATE)
        cuts = itertools.islice(itertools.cycle(CUTS), begins_with * 2, None)
        session = desk.credentials.session
        with CuttingProxy(stack.port, cuts) as wire, Desk(wire.url, session=session) as cut_off:
            seen = list(over(cut_off, job).events())

        assert seen == late(desk, job)
        assert [each.id for each in seen] == list(range(1, len(seen) + 1))
        assert len([each for each in seen if each.name == "suggestion.created"]) == len(WORDS)
        assert wire.connections > 2

    def test_a_line_that_is_dead_and_does_not_say_so(self, desk, stack, hold, monkeypatch):
        monkeypatch.setattr(http, "SILENCE_S", 1.0)
        job, session = desk.suggest(some_text(), **TEMPLATE), desk.credentials.session
        with (
            CuttingProxy(stack.port, [1000, 600], mute=True) as wire,
            Desk(wire.url, session=session, retries=0) as deaf,
        ):
            events = over(deaf, job).events()
            seen = [next(events)]
            hold.set()
            seen += events

        assert seen == late(desk, job)
        assert wire.connections >= 2

    def test_who_waits_for_the_result_gets_it_too(self, desk, stack, hold):
        job, session = desk.suggest(some_text(), **TEMPLATE), desk.credentials.session
        with (
            CuttingProxy(stack.port, [0, 10, 500, 0]) as wire,
            Desk(wire.url, session=session, retries=SOON) as cut_off,
        ):
            threading.Timer(0.2, hold.set).start()

            assert over(cut_off, job).result(60).suggestions

    def test_a_server_that_stays_away_is_told(self, desk, stack, hold):
        job, session = desk.suggest(some_text(), **TEMPLATE), desk.credentials.session
        with CuttingProxy(stack.port) as wire:
            pass
        with (
            Desk(wire.url, session=session) as left,
            pytest.raises(ConnectionLostError, match=job.id),
        ):
            list(over(left, job).events(patience=0.3))

    def test_one_reads_on_behind_what_one_has(self, desk):
        job = desk.suggest(some_text(), **TEMPLATE)
        seen = list(job.events())

        assert list(job.events(after=3)) == seen[3:]
        assert list(job.events(after=len(seen))) == []
        assert job.status == "succeeded"


class TestAServerThatDies:
    """The web process is killed in the midst of a stream, and started again while one waits."""

    def read_across_it(self, apart, hold, read):
        """Return what is read; this thread lasts, and a process goes with the one that began it."""
        begun = threading.Event()
        with ThreadPoolExecutor(1) as aside:
            reading = aside.submit(read, begun)
            assert begun.wait(60)
            apart.stack.processes["web"].kill()
            apart.stack.start("web").wait_until_ready()
            hold.set()
            return reading.result()

    def test_nothing_is_missed_and_nothing_comes_twice(self, apart, hold):
        with Desk(apart.stack.url) as desk:
            job = desk.suggest(some_text(), **TEMPLATE)

            def read(begun):
                return [event for event in job.events() if begun.set() is None]

            seen = self.read_across_it(apart, hold, read)

            assert seen == late(desk, job)
        assert seen[-1].name == "job.succeeded"
        assert job.status == "succeeded"

    @pytest.mark.deep
    def test_nor_for_those_who_await(self, apart, hold):
        async def story(begun):
            async with AsyncDesk(apart.stack.url) as desk:
                job = await desk.suggest(some_text(), **TEMPLATE)
                seen = [event async for event in job.events() if begun.set() is None]
                return seen, [event async for event in job.events()]

        seen, again = self.read_across_it(apart, hold, lambda begun: asyncio.run(story(begun)))

        assert seen == again
        assert seen[-1].name == "job.succeeded"

    def test_who_waits_for_the_result_gets_it(self, apart, hold):
        with Desk(apart.stack.url) as desk:
            job = desk.suggest(some_text(), **TEMPLATE)

            def read(begun):
                begun.set()
                return job.result(60)

            assert self.read_across_it(apart, hold, read).suggestions

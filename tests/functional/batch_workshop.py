"""A planner and a writer of sections over a true Redis, and a model that says what it should."""

import json
from contextlib import contextmanager

import orjson
import pytest

from shared.data.redis.section_answers import SectionAnswers
from shared.domain.batches import BatchRequest
from shared.domain.model_limits import ModelLimits
from shared.domain.prompts import Prompt
from shared.domain.text import Span, TextFormat
from shared.jobs.names import QueueName
from tests.unit.shared.data.batch_house import BATCH, BatchHouse
from workers.ai.provider import Finished, TextDelta, TokenUsage
from workers.services.batches import BatchPlanner
from workers.services.claims import Claim, ended_by_one_rule
from workers.services.interrupts import Interrupt
from workers.services.section_orders import SectionOrders
from workers.services.sections import SectionWriter

MODEL = "gpt-4o-mini"
TASK = Prompt("Make it clearer.", template_id="clearer", version=1)


def about(content, **more):
    """Return a request about a whole document."""
    return BatchRequest(content, Span(0, len(content)), TextFormat.MARKDOWN, TASK, **more)


class DiedError(BaseException):
    """Ends a worker as a kill does: nothing that it would do behind it is done."""


class Model:
    """Proposes an edit for each `big` in what it is asked about, unless told to say otherwise."""

    model = MODEL

    def __init__(self):
        self.calls = []
        self.says = None
        self.meanwhile = lambda call: None

    def stream(self, call, stop):
        self.calls.append(call)
        self.meanwhile(call)
        stop.check()
        said = self.says(call) if self.says else None
        yield from said if said else reply(*_bigs(call.task))

    @property
    def users(self):
        """What it was asked, without the system message."""
        return [call.messages[1].content for call in self.calls]


def reply(*edits, end="stop"):
    """Return the parts of a reply with these edits."""
    told = json.dumps({"suggestions": edits}, ensure_ascii=False)
    return [TextDelta(told), TokenUsage(1000, 0, 100), Finished(end)]


def _bigs(task):
    text, area = task.content, task.within
    at = text.find("big", area.start, area.end)
    while at >= 0:
        around = {"before": text[max(0, at - 20) : at], "after": text[at + 3 : at + 23]}
        yield {"original": "big", "suggested": "large"} | around
        at = text.find("big", at + 3, area.end)


class Workshop(BatchHouse):
    """Does all of a batch's work in this thread."""

    def __init__(self, redis, limits=None):
        super().__init__(redis)
        self.model, self.woken = Model(), []
        self.limits = limits or ModelLimits()
        self.kept = SectionAnswers(redis, self.keys)
        orders = SectionOrders(MODEL, "engine", self.limits, self.kept)
        self.planner = BatchPlanner(orders, self.batches, self)
        self.writer = SectionWriter(self.model, "engine", self.kept, self.limits, self.batches)

    def wake(self, work_id, queue):
        self.woken.append((work_id, queue))

    def run(self, request, caller=None):
        """Submit the batch and do all of it; return its record."""
        self.batch = self.admit(request, caller)
        self.write(self.planner, self.claim(self.batch))
        self.do_sections()
        return self.batches.find(self.batch.job_id)

    def admit(self, request, caller=None):
        stored = {"owner": (caller or self.caller).owner, "request": request}
        about = dict(BATCH["about"]) | {"offset_encoding": request.offset_encoding}
        order = BATCH | {"about": about, "input": orjson.dumps(stored).decode()}
        return self.submit(caller, **order)

    def write(self, writer, lease, meanwhile=None):
        """Do the work as a worker does, and end it by the one rule."""
        claim = Claim(lease, Interrupt(total_s=60), self.leases)
        if meanwhile:
            meanwhile(claim)
        with contextmanager(ended_by_one_rule)(claim, lambda _: None) as held:
            writer.write(held)

    def do_sections(self):
        """Do all that is handed out, until nothing is."""
        ready = self.partition.ready(QueueName.BULK)
        while waiting := self.redis.zrange(ready, 0, -1):
            for section_id in waiting:
                if lease := self.take(section_id):
                    self.write(self.writer, lease)
            self.sweep()

    def suggestions(self):
        """Return all suggestions, with their places in the whole document."""
        found = self.batches.results(self.batch.job_id)
        return [one for spot, result in found for one in result.standing_at(spot)]

    def die(self, writer, lease):
        """Do the work up to where something dies of it; another worker finds it left behind."""
        with pytest.raises(DiedError):
            self.write(writer, lease)
        self.lapse(lease)
        self.sweep()

    def records(self):
        return self.batches.sections(self.batch.job_id, after=0, limit=1000)

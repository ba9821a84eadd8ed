"""Workers that die while they plan a batch, or while they are at a section."""

import threading
from collections import Counter

import pytest

from tests.batch_client import begin_batch, ended_batch, events_of, sections_of, sent, show, told
from tests.model_server_scripts import known_words
from tests.stack import until
from tests.stack_client import TEMPLATE, slices, some_text

TEXTS = 3
PARTS = 60


@pytest.fixture(scope="module")
def bulk(over_redis):
    """Return the stack, whose worker of the bulk lane may be killed."""
    stack = over_redis.stack
    yield stack.start("bulk").wait_until_ready()
    for name in stack.of_kind("bulk"):
        stack.processes.pop(name).kill()


def is_told_once(writer, batch):
    """Check that the log holds everything once, and that it stands in the result."""
    events = events_of(writer, batch["id"])
    names = Counter(event.name for event in events)
    sections = sections_of(writer, batch["id"])

    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert names["output.reset"] == 0
    assert names["section.completed"] == batch["counts"]["succeeded"] == len(sections)
    assert told(events) == batch["result"]["suggestions"]


@pytest.mark.deep
def test_a_section_whose_worker_died_is_done_by_another(apart_writer, bulk, model):
    hold, texts = threading.Event(), [some_text() for _ in range(TEXTS)]
    model.plan(lambda call: known_words(call, hold=hold))
    batch_id = begin_batch(apart_writer, sent(*texts))
    until(lambda: all(map(model.calls_about, texts)), lambda: "not all were asked about")
    bulk.processes["bulk"].kill()
    model.plan(known_words)
    bulk.replace("bulk")
    batch = ended_batch(apart_writer, batch_id)

    assert (batch["status"], batch["outcome"]) == ("succeeded", "complete")
    assert [len(model.calls_about(text)) for text in texts] == [2] * TEXTS
    is_told_once(apart_writer, batch)


@pytest.mark.deep
def test_a_batch_whose_planner_died_is_planned_once(apart_writer, bulk, model):
    text = "".join(f"## Part {n}\n\n{some_text()}\n\n" for n in range(PARTS))
    body = {"document": {"content": text, "format": "markdown"}, "prompt": TEMPLATE}
    batch_id = begin_batch(apart_writer, body)
    until(lambda: show(apart_writer, batch_id)["status"] != "queued", bulk.logs)
    bulk.processes["bulk"].kill()
    bulk.replace("bulk")
    batch = ended_batch(apart_writer, batch_id)

    assert (batch["status"], batch["outcome"]) == ("succeeded", "complete")
    assert batch["counts"]["total"] == PARTS
    assert [slices(text, one) for one in batch["result"]["suggestions"]] == ["big"] * PARTS
    is_told_once(apart_writer, batch)

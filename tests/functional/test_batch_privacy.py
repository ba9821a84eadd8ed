"""What anybody but its owner can see of a batch."""

import json
import re

import pytest
from redis import Redis

from tests.batch_client import BATCHES, finish_batch, submit
from tests.document_client import create
from tests.functional.conftest import API_KEY
from tests.functional.test_privacy import overheard, unpacked, what_flower_sees
from tests.model_server_scripts import edit, propose, refuse
from tests.stack import until
from tests.stack_client import Writer, some_text

MARKS = {
    name: f"xyzzy-{name}"
    for name in ("text", "title", "heading", "brief", "name", "wish", "suggested", "refused")
}
WISH = {"type": "custom", "text": MARKS["wish"]}
_JOB = re.compile(r"job_[0-9a-z]+")


def answer(call):
    """Propose an edit with words of its own, or decline with such."""
    if "refuse" in call.text:
        return refuse(MARKS["refused"])
    return propose(edit("big", MARKS["suggested"]))


def do_all(writer):
    """Have all kinds of batches done, and ask for nonsense; return the batches."""
    text = some_text(f"# {MARKS['heading']}\n\n{MARKS['text']} is big")
    stored = {"id": create(writer, text, title=MARKS["title"], format="markdown")["id"]}
    terms = {"prompt": WISH, "brief": MARKS["brief"]}
    names = [f"{MARKS['name']}-{n}" for n in range(2)]
    texts = [some_text(f"{words} {MARKS['text']}") for words in ("big", "refuse")]
    sections = [{"custom_id": n, "content": t} for n, t in zip(names, texts, strict=True)]
    bodies = [terms | {"document": stored}, terms | {"sections": sections}]
    batches = [finish_batch(writer, body) for body in bodies]
    submit(writer, terms | {"sections": sections * 2, MARKS["text"]: 1, "format": MARKS["name"]})
    writer.http.get(f"{BATCHES}/{MARKS['text']}/sections", params={"cursor": MARKS["name"]})
    return batches


@pytest.fixture(scope="module")
def traces(over_redis, model_server):
    """Let batches run, and return all that anybody but their owner could see of them."""
    model_server.reset()
    model_server.plan(answer)
    stack = over_redis.stack.start("bulk").wait_until_ready()
    with (
        overheard(over_redis.broker) as heard,
        what_flower_sees(stack.settings) as seen,
        Writer(stack.url) as writer,
    ):
        batches = do_all(writer)
        until(lambda: sum(e["type"] == "task-succeeded" for e in seen) >= 5, lambda: str(seen))
    stack.processes.pop("bulk").kill()
    model_server.reset()
    with Redis.from_url(over_redis.broker.uri) as client:
        kept = b"".join(client.dump(key) or b"" for key in client.scan_iter("*"))
    told = {
        "broker": unpacked(heard()),
        "logs": stack.logs(),
        "flower": json.dumps(seen, default=str),
    }
    return told | {"kept": kept.decode(errors="replace"), "batches": batches, "events": seen}


@pytest.mark.parametrize("mark", [*MARKS.values(), API_KEY])
@pytest.mark.parametrize("place", ["broker", "kept", "flower", "logs"])
def test_nothing_of_the_writers_and_nothing_of_the_models_is_found(traces, place, mark):
    assert mark not in traces[place]


def test_the_owner_sees_all_of_it(traces):
    shown = json.dumps(traces["batches"])

    assert [batch["status"] for batch in traces["batches"]] == ["succeeded"] * 2
    assert [batch["outcome"] for batch in traces["batches"]] == ["complete", "partial"]
    assert shown.count(f'"{MARKS["suggested"]}"') == 2


def test_the_ids_are_found(traces):
    for place in ("broker", "flower", "logs"):
        assert all(batch["id"] in traces[place] for batch in traces["batches"])


def test_a_task_is_told_an_id_and_nothing_else(traces):
    received = [event for event in traces["events"] if event["type"] == "task-received"]
    told = {(event["name"], event["kwargs"]) for event in received}

    assert told == {("copydesk.work", "{}")}
    assert all(re.fullmatch(rf"\('{_JOB.pattern}',\)", event["args"]) for event in received)

import threading

import httpx
import pytest

from tests.batch_client import (
    BATCHES,
    begin_batch,
    ended_batch,
    events_of,
    finish_batch,
    raw_events,
    sections_of,
    sent,
    told,
)
from tests.model_server_scripts import known_words, refuse
from tests.stack import TLS, until
from tests.stack_client import order, read_events, some_text

SECTIONS = 5
_ENDS = ("section.completed", "section.failed")


@pytest.fixture
def hold(model):
    """Return what the last chunk of every answer waits for; one section is refused."""
    event = threading.Event()

    def answer(call):
        return refuse() if "refuse" in call.text else known_words(call, hold=event)

    model.plan(answer)
    return event


def some_batch():
    return sent(some_text("refuse big"), *(some_text("big gonna") for _ in range(SECTIONS - 1)))


@pytest.fixture
def partial(writer, hold):
    """Return a batch that has ended, of whose sections one has failed."""
    hold.set()
    return finish_batch(writer, some_batch())


def ended(sections):
    return [section for section in sections if section["status"] == "succeeded"]


def names(events, *wanted):
    return [event.name for event in events if event.name in wanted]


class TestTheStream:
    def test_ids_are_dense_and_one_final_event_is_the_last(self, writer, partial):
        events = events_of(writer, partial["id"])
        final = [e for e in events if e.name.startswith("job.") and "job" in e.data]

        assert [event.id for event in events] == list(range(1, len(events) + 1))
        assert final == [events[-1]]
        assert events[-1].name == "job.succeeded"
        assert events[-1].data["job"] == writer.job(partial["id"])

    def test_every_section_begins_and_ends_on_it(self, writer, partial):
        events = events_of(writer, partial["id"])
        begun = {e.data["section_id"] for e in events if e.name == "section.started"}
        ended = {e.data["section_id"]: e.name for e in events if e.name in _ENDS}

        assert begun == set(ended) == {f"sec_{n}" for n in range(1, SECTIONS + 1)}
        assert [name for name in ended.values() if name == "section.failed"] == ["section.failed"]
        assert ended["sec_1"] == "section.failed"

    def test_its_suggestions_are_those_of_the_result_and_of_the_sections(self, writer, partial):
        events = events_of(writer, partial["id"])
        shown = [one for each in sections_of(writer, partial["id"]) for one in each["suggestions"]]

        assert told(events) == partial["result"]["suggestions"] == shown
        assert len(shown) == 2 * (SECTIONS - 1)
        assert names(events, "output.reset", "output.delta") == []

    def test_progress_goes_up_to_the_end(self, writer, partial):
        events = events_of(writer, partial["id"])
        progress = [e.data for e in events if e.name == "job.progress"]

        assert [one["done"] for one in progress] == sorted(one["done"] for one in progress)
        assert progress[-1] == {"done": SECTIONS, "total": SECTIONS}

    def test_it_is_that_of_the_job(self, writer, partial):
        assert events_of(writer, partial["id"]) == writer.events(partial["id"])

    def test_whoever_follows_from_the_start_sees_the_same_bytes(self, writer, hold):
        batch_id, seen = begin_batch(writer, some_batch()), []
        follower = threading.Thread(target=lambda: seen.append(raw_events(writer, batch_id)))
        follower.start()
        hold.set()
        follower.join(60)

        assert seen == [raw_events(writer, batch_id)]


class TestResuming:
    @pytest.mark.parametrize("after", [0, 1, 7, -2])
    def test_the_same_bytes_follow(self, writer, partial, after):
        events = raw_events(writer, partial["id"]).split("\n\n")
        after %= len(events) - 1
        rest = "\n\n".join(events[after:])

        assert raw_events(writer, partial["id"], last_event_id=after) == rest
        assert raw_events(writer, partial["id"], after=after) == rest

    def test_behind_the_final_event_there_is_nothing(self, writer, partial):
        last = events_of(writer, partial["id"])[-1].id
        url = f"{BATCHES}/{partial['id']}/events"

        assert writer.http.get(url, headers={"Last-Event-ID": str(last)}).status_code == 204

    def test_pages_hold_the_same(self, writer, partial):
        url, accept = f"{BATCHES}/{partial['id']}/events", {"Accept": "application/json"}
        page = writer.http.get(url, headers=accept, params={"limit": 200}).json()
        stream = events_of(writer, partial["id"])

        assert page["final"] is True
        assert [(e["id"], e["event"], e["data"]) for e in page["events"]] == [
            (e.id, e.name, e.data) for e in stream
        ]


class TestTokens:
    @pytest.fixture
    def stranger(self, stack):
        """Return a client without any session, as `EventSource` on another site is."""
        with httpx.Client(base_url=stack.url, timeout=120, verify=TLS) as client:
            yield client

    def test_one_of_the_batch_opens_its_events_and_no_others(self, writer, stranger, partial):
        issued = writer.http.post(f"{partial['urls']['self']}/stream-token").json()
        other = finish_batch(writer, sent(some_text()))
        answers = [
            stranger.get(f"{BATCHES}/{one['id']}/events", params={"st": issued["token"]})
            for one in (partial, other)
        ]

        assert [answer.status_code for answer in answers] == [200, 401]
        assert list(read_events(answers[0].text.splitlines())) == events_of(writer, partial["id"])

    def test_one_of_another_kind_opens_no_batch(self, writer, stranger):
        job = writer.finish(order(some_text()))
        issued = writer.http.post(f"{job['urls']['self']}/stream-token").json()
        answer = stranger.get(f"{BATCHES}/{job['id']}/events", params={"st": issued["token"]})

        assert answer.status_code == 404


class TestSnapshot:
    def test_it_holds_what_stands(self, writer, hold):
        batch_id = begin_batch(writer, some_batch())
        hold.set()
        batch = ended_batch(writer, batch_id)
        first, *rest = events_of(writer, batch_id, snapshot=1)

        assert (first.name, first.id) == ("job.snapshot", None)
        assert {one["id"] for one in first.data["suggestions"]} == {
            one["id"] for one in batch["result"]["suggestions"]
        }
        assert [event.name for event in rest] == ["job.succeeded"]

    def test_meanwhile_it_holds_what_stands_by_then_and_the_rest_follows(self, writer, model):
        event = threading.Event()
        model.plan(lambda call: known_words(call, hold=event if "gonna" in call.text else None))
        batch_id = begin_batch(writer, sent(some_text(), some_text(), some_text("gonna")))
        until(lambda: len(ended(sections_of(writer, batch_id))) == 2, lambda: "two never end")
        until(lambda: writer.job(batch_id)["status"] == "waiting", lambda: "it never waits")
        with writer.follow(batch_id, snapshot=1) as events:
            snapshot = next(events).data
            event.set()
            rest = list(events)
        all_of_it = events_of(writer, batch_id)

        assert {one["id"] for one in snapshot["suggestions"]} == {"sg_1_1", "sg_2_1"}
        assert snapshot["status"] == "waiting"
        assert rest == all_of_it[snapshot["seq"] :]
        assert snapshot["suggestions"] + told(rest) == [
            e.data["suggestion"] for e in all_of_it if e.name == "suggestion.created"
        ]

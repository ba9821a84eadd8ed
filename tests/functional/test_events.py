import asyncio
import threading

import httpx
import pytest

from tests.model_server_scripts import edit, known_words, propose
from tests.stack import TLS
from tests.stack_client import order, read_events, some_text

STREAMS = 100
NAMES = [
    *("job.queued", "job.started", "suggestion.created"),
    *("usage.updated", "job.progress", "job.succeeded"),
]


@pytest.fixture
def hold(model):
    """Return what the model's last chunk waits for."""
    event = threading.Event()
    model.plan(lambda call: known_words(call, hold=event))
    return event


def raw(writer, job_id, *, headers=None, **query):
    return writer.http.get(f"/api/v1/jobs/{job_id}/events", params=query, headers=headers)


class TestLive:
    def test_the_first_suggestion_comes_before_the_model_has_finished(self, writer, model, hold):
        text = some_text()
        job_id = writer.begin(order(text))
        with writer.follow(job_id) as events:
            created = next(event for event in events if event.name == "suggestion.created")
            (call,) = model.calls_about(text)
            was_answered = call.answered_at is not None
            hold.set()
            rest = list(events)

        assert not was_answered
        assert created.data["suggestion"]["original"] == "big"
        assert rest[-1].name == "job.succeeded"

    def test_ids_are_dense_and_the_last_event_is_the_job(self, writer):
        job_id = writer.begin(order(some_text()))
        events = writer.events(job_id)

        assert [event.id for event in events] == [1, 2, 3, 4, 5, 6]
        assert [event.name for event in events] == NAMES
        assert events[-1].data == {"job": writer.job(job_id)}

    def test_what_was_dropped_is_told_with_its_reason(self, writer, model):
        model.plan(propose(edit("not in the text", "x"), edit("big", "big"), edit("big", "vast")))
        job_id = writer.begin(order(some_text()))
        told = [e.data for e in writer.events(job_id) if e.name == "suggestion.dropped"]

        assert told == [{"reason": "QUOTE_NOT_FOUND"}, {"reason": "NO_CHANGE"}]

    def test_many_streams_at_once_leave_room_for_other_requests(self, writer, stack, hold):
        job_id = writer.begin(order(some_text()))
        polled, seen = asyncio.run(follow_all(stack.url, writer.session, job_id, hold))

        assert polled.json()["status"] == "running"
        assert {tuple(event.name for event in events) for events in seen} == {tuple(NAMES)}


async def follow_all(url, session, job_id, hold):
    """Open many streams, poll meanwhile, let the model finish, and return all that was seen."""
    settings = {"headers": {"X-Session-Id": session}, "timeout": 120, "verify": TLS}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, limits=limits, **settings) as client:
        has_begun = asyncio.Semaphore(0)

        async def follow():
            async with client.stream("GET", f"/api/v1/jobs/{job_id}/events") as answer:
                lines = []
                async for line in answer.aiter_lines():
                    lines.append(line)
                    if line == "event: suggestion.created":
                        has_begun.release()
                return list(read_events(lines))

        streams = [asyncio.create_task(follow()) for _ in range(STREAMS)]
        for _ in streams:
            await asyncio.wait_for(has_begun.acquire(), 60)
        polled = await client.get(f"/api/v1/jobs/{job_id}")
        hold.set()
        return polled, await asyncio.gather(*streams)


class TestReplay:
    def test_who_comes_late_gets_the_same_bytes(self, writer):
        job_id = writer.begin(order(some_text()))
        live, late, later = raw(writer, job_id), raw(writer, job_id), raw(writer, job_id)

        assert live.headers["Content-Type"].startswith("text/event-stream")
        assert live.content == late.content == later.content

    @pytest.mark.parametrize("after", range(6))
    def test_it_goes_on_behind_a_given_event(self, writer, after):
        job_id = writer.finish(order(some_text()))["id"]
        by_query = raw(writer, job_id, after=after)
        by_header = raw(writer, job_id, headers={"Last-Event-ID": str(after)})
        ids = [event.id for event in read_events(by_query.text.splitlines())]

        assert by_query.content == by_header.content
        assert ids == list(range(after + 1, 7))

    def test_it_goes_on_behind_a_given_event_while_the_job_runs(self, writer, hold):
        job_id = writer.begin(order(some_text()))
        with writer.follow(job_id) as events:
            last = next(event for event in events if event.name == "suggestion.created").id
        hold.set()

        assert [event.id for event in writer.events(job_id, after=last)] == [4, 5, 6]

    def test_after_the_final_event_there_is_nothing(self, writer):
        job_id = writer.finish(order(some_text()))["id"]
        answers = [
            raw(writer, job_id, after=6),
            raw(writer, job_id, headers={"Last-Event-ID": "6"}),
            raw(writer, job_id, after=99),
        ]

        assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 3

    def test_an_id_from_the_future_does_not_hide_the_end(self, writer, hold):
        job_id = writer.begin(order(some_text()))
        with writer.follow(job_id, after=99) as events:
            hold.set()

            assert [event.name for event in events][-1] == "job.succeeded"

    @pytest.mark.parametrize("after", ["-1", "x", "1.5"])
    def test_an_id_that_is_none_is_refused(self, writer, after):
        job_id = writer.begin(order(some_text()))

        assert raw(writer, job_id, after=after).status_code == 400


class TestPages:
    def test_they_hold_what_the_stream_holds(self, writer):
        job_id = writer.finish(order(some_text()))["id"]
        page = writer.page(job_id)
        streamed = writer.events(job_id)

        assert page["events"] == [
            {"id": event.id, "event": event.name, "data": event.data} for event in streamed
        ]
        assert (page["next_after"], page["final"]) == (6, True)

    def test_they_lead_from_one_to_the_next(self, writer):
        job_id = writer.finish(order(some_text()))["id"]
        first = writer.page(job_id, limit=4)
        second = writer.page(job_id, limit=4, after=first["next_after"])

        assert [event["id"] for event in first["events"]] == [1, 2, 3, 4]
        assert [event["id"] for event in second["events"]] == [5, 6]
        assert (first["final"], second["final"]) == (False, True)

    def test_a_page_behind_the_end_is_empty_and_final(self, writer):
        job_id = writer.finish(order(some_text()))["id"]

        assert writer.page(job_id, after=6) == {"events": [], "next_after": 6, "final": True}

    def test_one_waits_for_what_is_to_come(self, writer, hold):
        job_id = writer.begin(order(some_text()))
        with writer.follow(job_id) as events:
            last = next(event for event in events if event.name == "suggestion.created").id
        threading.Timer(0.5, hold.set).start()
        page = writer.page(job_id, after=last, wait=60)

        assert page["events"][0]["id"] == last + 1

    def test_a_wait_that_runs_out_gives_an_empty_page(self, writer, hold):
        job_id = writer.begin(order(some_text()))
        page = writer.page(job_id, after=3, wait=1)

        assert page == {"events": [], "next_after": 3, "final": False}


class TestSnapshot:
    def test_it_comes_first_and_the_stream_goes_on_behind_it(self, writer, hold):
        job_id = writer.begin(order(some_text()))
        with writer.follow(job_id) as events:
            created = next(event for event in events if event.name == "suggestion.created")
        with writer.follow(job_id, snapshot=1) as events:
            snapshot = next(events)
            hold.set()
            rest = list(events)

        assert (snapshot.id, snapshot.name) == (None, "job.snapshot")
        assert snapshot.data == {
            "status": "running",
            "text": "",
            "epoch": 1,
            "seq": created.id,
            "suggestions": [created.data["suggestion"]],
        }
        assert [event.id for event in rest] == [4, 5, 6]

    def test_of_a_final_job_it_holds_all(self, writer):
        job = writer.finish(order(some_text()))
        snapshot, *rest = writer.events(job["id"], snapshot=1)

        assert snapshot.data["status"] == "succeeded"
        assert snapshot.data["suggestions"] == job["result"]["suggestions"]
        assert [event.name for event in rest] == ["job.succeeded"]

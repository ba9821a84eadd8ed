import pytest

from tests.model_server_scripts import edit, propose
from tests.stack_client import UNITS, order, slices, some_text

SMILE = "\U0001f600"


@pytest.fixture
def frozen_worker(stack):
    """Return the worker once asked for; it stands still until the test is over."""
    worker = stack.processes["interactive"]
    yield worker
    worker.thaw()


class TestHit:
    def test_it_is_final_at_once_and_needs_no_worker(self, writer, frozen_worker):
        body = order(some_text())
        first = writer.finish(body)
        frozen_worker.freeze()
        answer = writer.submit(body)
        job = answer.json()

        assert answer.status_code == 200
        assert (job["status"], job["outcome"]) == ("succeeded", "cached")
        assert job["result"]["suggestions"] == first["result"]["suggestions"]
        assert job["id"] != first["id"]

    def test_it_says_so_and_costs_nothing(self, writer, model):
        text = some_text()
        writer.finish(order(text))
        answer = writer.submit(order(text))
        job = answer.json()

        assert int(answer.headers["Age"]) >= 0
        assert job["cache"] == {"hit": True, "age": int(answer.headers["Age"])}
        assert job["usage"] == {
            "input_tokens": 0,
            "cached_tokens": 0,
            "output_tokens": 0,
            "cost_usd": 0.0,
        }
        assert job["result"]["metadata"]["cached"]
        assert job["result"]["metadata"]["tokenCount"] == 0
        assert len(model.calls_about(text)) == 1

    def test_it_has_events_of_its_own(self, writer):
        body = order(some_text())
        first, hit = writer.finish(body), writer.finish(body)
        events = writer.events(hit["id"])

        assert [event.id for event in events] == list(range(1, len(events) + 1))
        assert [e.data["suggestion"] for e in events if e.name == "suggestion.created"] == (
            first["result"]["suggestions"]
        )
        assert (events[-1].name, events[-1].data) == ("job.succeeded", {"job": hit})

    def test_the_job_reads_as_it_was_answered(self, writer):
        body = order(some_text())
        writer.finish(body)
        answered = writer.submit(body).json()

        assert writer.job(answered["id"]) == answered
        assert writer.http.get(answered["urls"]["result"]).json() == answered["result"]

    def test_the_seeds_form_is_served_from_it_too(self, writer, model):
        text = some_text()
        first = writer.http.post("/api/suggestions", json=order(text)).json()
        again = writer.http.post("/api/suggestions", json=order(text))

        assert again.json()["suggestions"] == first["suggestions"]
        assert again.json()["metadata"]["cached"]
        assert len(model.calls_about(text)) == 1

    @pytest.mark.parametrize("encoding", UNITS)
    def test_it_is_placed_anew_for_another_unit(self, writer, model, encoding):
        text = some_text(f"{SMILE} A big plan")
        writer.finish(order(text, offset_encoding="utf-16"))
        job = writer.submit(order(text, offset_encoding=encoding)).json()

        assert job["cache"]["hit"]
        assert job["result"]["metadata"]["offset_encoding"] == encoding
        assert [slices(text, s, encoding) for s in job["result"]["suggestions"]] == ["big"]
        assert len(model.calls_about(text)) == 1

    def test_it_shows_as_many_as_are_asked_for(self, writer, model):
        text = some_text("A big, big, big plan")
        writer.finish(order(text))
        job = writer.submit(order(text, max_suggestions=1)).json()

        assert job["cache"]["hit"]
        assert len(job["result"]["suggestions"]) == 1
        assert job["result"]["metadata"]["dropped"] == {"LIMIT": 2}

    def test_an_idempotent_replay_stays_the_first_job(self, writer):
        body = order(some_text())
        first = writer.finish(body, Idempotency_Key="k")
        replay = writer.submit(body, Idempotency_Key="k")

        assert replay.json()["id"] == first["id"]
        assert not replay.json()["cache"]["hit"]


class TestMiss:
    @pytest.mark.parametrize("asked", ["no-cache", "no-store"])
    def test_who_wants_a_fresh_answer_gets_one(self, writer, model, asked):
        text = some_text()
        writer.finish(order(text))
        job = writer.finish(order(text), Cache_Control=asked)

        assert not job["cache"]["hit"]
        assert len(model.calls_about(text)) == 2

    def test_what_must_not_be_stored_is_not(self, writer, model):
        text = some_text()
        writer.finish(order(text), Cache_Control="no-store")
        job = writer.finish(order(text))

        assert not job["cache"]["hit"]
        assert len(model.calls_about(text)) == 2

    def test_a_fresh_answer_is_kept_for_the_next(self, writer, model):
        text = some_text()
        writer.finish(order(text))
        model.plan(propose(edit("big", "vast")))
        writer.finish(order(text), Cache_Control="no-cache")
        job = writer.submit(order(text)).json()

        assert [one["suggested"] for one in job["result"]["suggestions"]] == ["vast"]

    def test_another_owner_has_an_answer_of_their_own(self, writer, other_writer, model):
        text = some_text()
        writer.finish(order(text))
        job = other_writer.finish(order(text))

        assert not job["cache"]["hit"]
        assert len(model.calls_about(text)) == 2

    @pytest.mark.parametrize(
        "change",
        [
            {"prompt": {"type": "template", "id": "shorter"}},
            {"prompt": {"type": "custom", "text": "Make it rhyme."}},
            {"document": {"content": "A big plan.", "selection": {"start": 2, "end": 5}}},
            {"document": {"content": "A big plan.", "format": "markdown"}},
            {"document": {"content": "A big plan. "}},
        ],
    )
    def test_whatever_shapes_the_answer_counts(self, writer, change):
        body = order("A big plan.")
        writer.finish(body)

        assert not writer.finish(body | change)["cache"]["hit"]

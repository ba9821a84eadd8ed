import threading

import pytest

from tests.model_server_scripts import answer, in_turn, known_words, refuse
from tests.stack import until
from tests.stack_client import order, slices, some_text

PAGE = (
    "In year {year} there was a big plan for year {year}, and nobody had seen one like it before.\n"
    + "They spoke of it in the evenings, when the work was done and the lamps were lit. " * 8
    + "\n\n"
)
WORDS_IN_PAGE = len(PAGE.split())


def long_text(words):
    pages = (PAGE.format(year=1000 + page) for page in range(words // WORDS_IN_PAGE))
    return some_text("A long story") + "\n\n" + "".join(pages)


def quarters(text, job):
    """Return in which quarters of the text suggestions stand."""
    return {4 * one["start"] // len(text) for one in job["result"]["suggestions"]}


class TestAWholeBook:
    @pytest.fixture
    def text(self):
        return long_text(24_900)

    @pytest.mark.parametrize("most", [20, 200])
    def test_suggestions_stand_all_over_it(self, writer, model, text, most):
        job = writer.finish(order(text, max_suggestions=most))
        found = job["result"]["suggestions"]

        assert (job["status"], job["outcome"]) == ("succeeded", "complete")
        assert quarters(text, job) == {0, 1, 2, 3}
        assert len(found) == min(most, text.count("big"))
        assert {slices(text, one) for one in found} == {"big"}
        assert len({one["start"] for one in found}) == len(found)

    def test_each_call_holds_a_window_and_no_more(self, writer, model, text):
        job = writer.finish(order(text))
        calls = model.calls

        assert 15 < len(calls) < 35
        assert "".join(call.pieces[1] for call in calls) == text
        assert max(len(call.text) for call in calls) < 12_000
        assert len({call.messages[0]["content"] for call in calls}) == 1
        assert job["result"]["metadata"]["tokensSaved"] > 400_000

    def test_it_is_told_how_far_it_is_and_what_it_took(self, writer, model, text):
        job = writer.finish(order(text))
        progress = [e.data for e in writer.events(job["id"]) if e.name == "job.progress"]
        calls = len(model.calls)

        assert progress == [{"done": n, "total": calls} for n in range(calls + 1)]
        assert job["progress"] == {"done": calls, "total": calls}
        sent = sum(len(m["content"]) for call in model.calls for m in call.messages)
        assert job["usage"]["input_tokens"] == pytest.approx(sent / 4, rel=0.01)

    def test_a_known_answer_is_placed_again_in_the_same_parts(self, writer, model, text):
        first = writer.finish(order(text, max_suggestions=20))
        asked = len(model.calls)
        more = writer.finish(order(text, max_suggestions=200))
        fewer = writer.finish(order(text, max_suggestions=20, offset_encoding="codepoint"))

        assert len(model.calls) == asked
        assert more["outcome"] == fewer["outcome"] == "cached"
        assert len(more["result"]["suggestions"]) == text.count("big")
        assert fewer["result"]["suggestions"] == first["result"]["suggestions"]


class TestALaterWindow:
    def test_its_failure_takes_back_what_was_shown_and_all_begins_again(self, writer, model):
        text = long_text(4000)
        model.plan(in_turn(known_words, answer(500), known_words))
        job = writer.finish(order(text, max_suggestions=200))
        events = writer.events(job["id"])
        reset = max(n for n, event in enumerate(events) if event.name == "output.reset")
        shown = [e.data["suggestion"] for e in events[reset:] if e.name == "suggestion.created"]

        assert (job["status"], job["outcome"]) == ("succeeded", "complete")
        assert shown == job["result"]["suggestions"]
        assert {one["id"].count("_") for one in shown} == {2}
        assert len(shown) == text.count("big")

    def test_one_that_is_refused_leaves_the_others(self, writer, model):
        text = long_text(4000)
        model.plan(in_turn(known_words, refuse(), known_words))
        job = writer.finish(order(text))

        assert (job["status"], job["outcome"]) == ("succeeded", "partial")
        assert quarters(text, job) >= {0, 3}

    def test_a_job_shows_how_far_it_is_and_can_be_cancelled_between(self, writer, model):
        text, hold = long_text(4000), threading.Event()
        model.plan(in_turn(known_words, lambda call: known_words(call, hold=hold)))
        job_id = writer.begin(order(text))
        until(lambda: len(model.calls) == 2, lambda: "there was no second call")

        assert writer.job(job_id)["progress"] == {"done": 1, "total": 4}
        writer.cancel(job_id)
        until(lambda: model.calls[1].hung_up, lambda: "the second call went on")
        assert model.calls[1].answered_at is None
        assert len(model.calls) == 2
        assert writer.ended(job_id)["status"] == "cancelled"

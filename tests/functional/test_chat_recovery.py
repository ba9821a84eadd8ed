import threading

import pytest

from tests.chat_client import ask_held, chat, said, some_question, text_of
from tests.model_server_scripts import edit, talk
from tests.stack import until

PROSE = "It is good, and could be fuller, too."
BETTER = "Now it is said in other words."


class TestAWorkerThatDies:
    @pytest.mark.deep
    def test_what_stands_after_the_last_reset_is_the_one_answer(self, apart_writer, workers, model):
        job_id = ask_held(apart_writer, model, PROSE, document={"content": "A big plan."})
        model.plan(lambda call: talk(call, BETTER, edit("big", "vast")))
        workers.processes["interactive"].kill()
        workers.replace("interactive")
        job, events = apart_writer.ended(job_id), apart_writer.events(job_id)
        created = [e.data["suggestion"] for e in events if e.name == "suggestion.created"]

        assert (job["status"], job["attempt"]) == ("succeeded", 2)
        assert "output.reset" in [event.name for event in events]
        assert text_of(events) == BETTER == job["result"]["message"]["content"]
        assert created == job["result"]["suggestions"]
        assert [one["id"] for one in created] == ["sg_2_1"]
        _, *answers = said(apart_writer, job["conversation_id"])
        assert answers == [("assistant", BETTER, False)]


@pytest.mark.deep
class TestAFrozenWorker:
    def test_what_it_says_after_its_lease_is_lost_changes_nothing(
        self, apart_writer, workers, model
    ):
        hold = threading.Event()
        job_id = ask_held(apart_writer, model, PROSE, hold)
        (first,) = model.calls
        workers.start("interactive-2").wait_until_ready()
        model.plan(lambda call: talk(call, BETTER))
        workers.processes["interactive"].freeze()
        job = apart_writer.ended(job_id)
        before = said(apart_writer, job["conversation_id"])
        hold.set()
        workers.processes["interactive"].thaw()
        until(lambda: first.answered_at or first.hung_up, lambda: "the first call never ended")
        chat(apart_writer, some_question())  # so that it has had the time to do harm

        assert before[1:] == [("assistant", BETTER, False)]
        assert said(apart_writer, job["conversation_id"]) == before

import pytest

from tests.model_server_scripts import known_words
from tests.rabbitmq import each_broker
from tests.stack import until
from tests.stack_client import order, some_text

pytestmark = pytest.mark.parametrize("over_each", each_broker(now="redis"), indirect=True)


@pytest.fixture
def apart(over_each):
    return over_each


class TestAWorkerThatDies:
    def test_another_one_takes_over_what_it_held(self, apart_writer, workers, model):
        text = some_text()
        job_id, _ = apart_writer.begin_held(model, text)
        with apart_writer.follow(job_id) as events:
            next(event for event in events if event.name == "suggestion.created")
        workers.start("interactive-2").wait_until_ready()
        model.plan(known_words)
        workers.processes["interactive"].kill()
        events = apart_writer.events(job_id)
        names = [event.name for event in events]

        assert names[-1] == "job.succeeded"
        assert len([name for name in names if name == "job.succeeded"]) == 1
        assert [event.id for event in events] == list(range(1, len(events) + 1))
        assert len(model.calls_about(text)) == 2

    def test_what_it_had_shown_is_withdrawn(self, apart_writer, workers, model):
        job_id, _ = apart_writer.begin_held(model, some_text())
        with apart_writer.follow(job_id) as events:
            next(event for event in events if event.name == "suggestion.created")
        model.plan(known_words)
        workers.processes["interactive"].kill()
        workers.replace("interactive")
        job, events = apart_writer.ended(job_id), apart_writer.events(job_id)
        reset = [event.name for event in events].index("output.reset")
        shown = [e.data["suggestion"] for e in events if e.name == "suggestion.created"]
        after = [e.data["suggestion"] for e in events[reset:] if e.name == "suggestion.created"]

        assert (job["status"], job["attempt"]) == ("succeeded", 2)
        assert events[reset].data["epoch"] == 2
        assert after == job["result"]["suggestions"]
        assert len({one["id"] for one in shown}) == len(shown)


class TestALostMessage:
    @pytest.mark.deep
    def test_the_job_is_published_again(self, apart_writer, workers, model):
        workers.processes["interactive"].freeze()
        job_id = apart_writer.begin(order(some_text()))
        # It has taken the message, as early acks do, and dies with it.
        workers.processes["interactive"].kill()
        workers.replace("interactive")
        job = apart_writer.ended(job_id)

        assert (job["status"], job["attempt"]) == ("succeeded", 1)


class TestAFrozenWorker:
    @pytest.mark.deep
    def test_what_it_says_after_its_lease_is_lost_changes_nothing(
        self, apart_writer, workers, model
    ):
        text = some_text()
        job_id, hold = apart_writer.begin_held(model, text)
        workers.start("interactive-2").wait_until_ready()
        model.plan(known_words)
        workers.processes["interactive"].freeze()
        before = apart_writer.ended(job_id), apart_writer.page(job_id)
        hold.set()
        workers.processes["interactive"].thaw()
        (first, _) = model.calls_about(text)
        until(lambda: first.answered_at or first.hung_up, lambda: "the first call never ended")
        apart_writer.finish(order(some_text()))

        assert (apart_writer.job(job_id), apart_writer.page(job_id)) == before
        assert before[0]["status"] == "succeeded"

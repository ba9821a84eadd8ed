import pytest

from tests.account_client import Person
from tests.rabbitmq import each_broker
from tests.stack import until
from tests.stack_client import SUGGESTIONS, order, some_text


def ready(writer):
    return writer.http.get("/health/readiness")


def finds(writer, **expected):
    """Return the answer if its checks find this.

    For a moment all are told what was true when one asked, and on a busy machine a store that is
    there may be late.
    """
    answer = ready(writer)
    return answer if answer.json()["checks"].items() >= expected.items() else None


@pytest.fixture
def jobs_back(apart, apart_writer):
    """See to it that the job store serves again when the test is over."""
    yield
    if not apart.jobs.pid:
        apart.jobs.start()
    until(lambda: ready(apart_writer).status_code == 200, apart.stack.logs)


@pytest.fixture
def broker_back(apart, apart_writer):
    yield
    if not apart.broker.pid:
        apart.broker.start()
    until(lambda: ready(apart_writer).status_code == 200, apart.stack.logs)


def refused_meanwhile(ask):
    """Return the error of an answer that came while the store was away: whoever waits gets none."""
    answer = ask()

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    return answer.json()["error"]


@pytest.mark.usefixtures("jobs_back")
class TestJobStore:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            *(("POST", SUGGESTIONS), ("POST", "/api/suggestions"), ("GET", "/api/v1/limits")),
            *(("GET", "/api/v1/jobs/{}"), ("GET", "/api/v1/jobs/{}/events")),
            ("POST", "/api/v1/auth/anonymous"),
        ],
    )
    def test_while_it_is_dead_nothing_is_accepted(self, apart, apart_writer, method, path):
        job_id = apart_writer.finish(order(some_text()))["id"]
        body = order(some_text()) if path.endswith("suggestions") else None
        apart.jobs.kill()
        error = refused_meanwhile(
            lambda: apart_writer.http.request(method, path.format(job_id), json=body)
        )

        assert (error["code"], error["retryable"]) == ("OVERLOADED", True)

    def test_while_it_is_dead_no_token_is_taken_on_trust(self, apart, apart_writer):
        with Person(apart.stack.url).register() as person:
            apart.jobs.kill()
            asked = [person.me, person.log_in, person.refresh, person.leave]
            errors = [refused_meanwhile(ask) for ask in asked]
            apart.jobs.start()
            until(lambda: ready(person).status_code == 200, apart.stack.logs)

            assert {error["code"] for error in errors} == {"OVERLOADED"}
            assert person.is_in()

    def test_while_it_hangs_nothing_is_accepted(self, apart, apart_writer):
        apart_writer.finish(order(some_text()))
        apart.jobs.freeze()
        try:
            error = refused_meanwhile(lambda: apart_writer.submit(order(some_text())))
            until(lambda: finds(apart_writer, redis="error", broker="ok"), apart.stack.logs)
        finally:
            apart.jobs.thaw()

        assert error["code"] == "OVERLOADED"

    def test_once_it_is_back_all_is_as_it_was(self, apart, apart_writer):
        body = order(some_text())
        before = apart_writer.finish(body)
        apart.jobs.stop()
        apart.jobs.start()
        until(lambda: ready(apart_writer).status_code == 200, apart.stack.logs)

        assert apart_writer.job(before["id"]) == before
        assert apart_writer.finish(order(some_text()))["status"] == "succeeded"

    def test_who_follows_a_job_sees_its_end_all_the_same(self, apart, apart_writer, model):
        job_id, hold = apart_writer.begin_held(model, some_text())
        with apart_writer.follow(job_id) as events:
            created = next(event for event in events if event.name == "suggestion.created")
        apart.jobs.stop()
        apart.jobs.start()
        hold.set()
        until(lambda: ready(apart_writer).status_code == 200, apart.stack.logs)
        rest = apart_writer.events(job_id, after=created.id)

        assert rest[-1].name == "job.succeeded"
        assert [event.id for event in rest] == list(range(created.id + 1, rest[-1].id + 1))


@pytest.mark.usefixtures("broker_back")
@pytest.mark.parametrize("over_each", each_broker(now="redis"), indirect=True)
class TestBroker:
    @pytest.fixture
    def apart(self, over_each):
        return over_each

    def test_a_job_accepted_while_it_is_down_is_published_later(self, apart, apart_writer):
        apart_writer.http.get("/api/v1/limits")
        apart.broker.kill()
        answer = apart_writer.submit(order(some_text()))
        apart.broker.start()

        assert answer.status_code == 202
        assert apart_writer.ended(answer.json()["id"])["status"] == "succeeded"

    def test_while_it_hangs_jobs_are_accepted(self, apart, apart_writer):
        apart_writer.http.get("/api/v1/limits")
        apart.broker.freeze()
        try:
            answer = apart_writer.submit(order(some_text()))  # who waits for it gets none
        finally:
            apart.broker.thaw()

        assert answer.status_code == 202
        assert apart_writer.ended(answer.json()["id"])["status"] == "succeeded"

    def test_while_it_is_down_the_house_is_not_ready_but_lives(self, apart, apart_writer):
        apart.broker.kill()
        others = dict.fromkeys(("redis", "mongo", "events"), "ok")
        told = until(lambda: finds(apart_writer, broker="error", **others), apart.stack.logs)
        index = apart_writer.http.get("/api/health")

        assert told.status_code == 503
        assert set(told.json()["checks"]) == {"broker", *others}
        assert "broker" in told.json()["message"]
        assert index.status_code == 200
        assert apart_writer.http.get("/health/liveness").status_code == 200

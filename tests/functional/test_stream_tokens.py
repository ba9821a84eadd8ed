import httpx
import pytest
from redis import Redis

from shared.data.redis.keys import KeySpace
from shared.domain.identity import session_owner
from tests.stack import TLS
from tests.stack_client import PATIENCE_S, order, read_events, some_text


@pytest.fixture
def job(writer):
    return writer.finish(order(some_text()))


@pytest.fixture
def stranger(stack):
    """Return a client without any session, as `EventSource` on another site is."""
    with httpx.Client(base_url=stack.url, timeout=PATIENCE_S, verify=TLS) as client:
        yield client


def token_for(writer, job):
    answer = writer.http.post(f"{job['urls']['self']}/stream-token")
    assert (answer.status_code, answer.json()["expires_in"]) == (200, 900)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json()["token"]


class TestAStreamToken:
    def test_it_opens_the_events_of_its_job(self, writer, stranger, job):
        answer = stranger.get(job["urls"]["events"], params={"st": token_for(writer, job)})
        seen = list(read_events(answer.text.splitlines()))

        assert seen[-1].name == "job.succeeded"
        assert seen == list(writer.events(job["id"]))

    def test_it_makes_no_session_and_counts_as_a_read(self, writer, stranger, job):
        answer = stranger.get(job["urls"]["events"], params={"st": token_for(writer, job)})

        assert "copydesk_session" not in answer.cookies
        assert "X-Session-Id" not in answer.headers
        assert answer.headers["RateLimit"].startswith('"reads"')

    def test_it_opens_no_other_job_and_nothing_else_of_its_own(self, writer, stranger, job):
        token = token_for(writer, job)
        other = writer.finish(order(some_text()))
        wrong = stranger.get(other["urls"]["events"], params={"st": token})
        elsewhere = stranger.get(job["urls"]["self"], params={"st": token})

        assert wrong.status_code == 401
        assert elsewhere.status_code == 400
        assert stranger.get(job["urls"]["self"]).status_code == 404

    @pytest.mark.parametrize("spoil", [lambda t: "", lambda t: t[:-1], lambda t: "x" + t[1:]])
    def test_one_that_is_not_ours_is_refused_even_beside_a_session(self, writer, job, spoil):
        token = spoil(token_for(writer, job))
        answer = writer.http.get(job["urls"]["events"], params={"st": token})

        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UNAUTHENTICATED")

    def test_it_is_gone_with_its_job(self, writer, stranger, job):
        token = token_for(writer, job)
        writer.http.delete(job["urls"]["self"])

        assert stranger.get(job["urls"]["events"], params={"st": token}).status_code == 404

    def test_somebody_elses_job_has_none(self, other_writer, job):
        path = f"{job['urls']['self']}/stream-token"
        assert other_writer.http.post(path).status_code == 404

    def test_it_never_reaches_a_log(self, stack, writer, stranger, job):
        token = token_for(writer, job)
        for st in (token, token[:-1]):
            stranger.get(job["urls"]["events"], params={"st": st})

        assert token[:-1] not in stack.logs()


class TestTheEndOfALogin:
    """Whoever could not come in any more has no stream either."""

    def opened(self, stranger, job, token):
        return stranger.get(job["urls"]["events"], params={"st": token}).status_code

    @pytest.mark.parametrize(
        "end",
        [
            lambda who: who.ask("logout", refresh_token=who.tokens["refresh_token"]),
            lambda who: who.ask(
                "logout", refresh_token=who.tokens["refresh_token"], everywhere=True
            ),
            lambda who: who.leave(),
        ],
        ids=["logout", "logout everywhere", "the end of the account"],
    )
    def test_its_tokens_end_with_it(self, person, stranger, end):
        job = person.finish(order(some_text()))
        token = token_for(person, job)
        assert self.opened(stranger, job, token) == 200

        assert end(person).status_code == 204
        assert self.opened(stranger, job, token) == 401

    def test_those_of_another_login_do_not(self, person, new_person, stranger):
        job = person.finish(order(some_text()))
        other = new_person(person.email)
        other.log_in()
        token = token_for(person, job)
        other.ask("logout", refresh_token=other.tokens["refresh_token"])

        assert self.opened(stranger, job, token) == 200

    def test_those_of_a_session_end_with_it(self, stack, writer, stranger, job):
        token = token_for(writer, job)
        with Redis.from_url(str(stack.settings.redis_uri)) as redis:
            (keys,) = KeySpace(1)
            redis.delete(keys.session(session_owner(writer.session)))

        assert self.opened(stranger, job, token) == 401

    def test_those_of_a_session_end_when_it_becomes_a_user(self, writer, new_person, stranger, job):
        token, newcomer = token_for(writer, job), new_person()
        newcomer.http.headers["X-Session-Id"] = writer.session
        newcomer.register()

        assert self.opened(stranger, job, token) == 401
        assert self.opened(stranger, job, token_for(newcomer, job)) == 200

import httpx
import pytest
from copydesk import ConnectionLostError
from copydesk.errors import GoneError, ProtocolError
from copydesk.protocol import following
from copydesk.protocol.retries import RetryPolicy

from tests.unit.client.server import dropped, event, job, refused, streamed, told

DONE = job("succeeded", result={"suggestions": [], "metadata": {}}, usage={"input_tokens": 7})
QUEUED = event(1, "job.queued", {"position": 1})
STARTED = event(2, "job.started", {"attempt": 1})
ENDED = event(3, "job.succeeded", {"job": DONE})
EVENTS = "/jobs/job_1/events"


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    monkeypatch.setattr(following, "_PACE", RetryPolicy(first_s=0.001, longest_s=0.002))


@pytest.fixture
def job_of(server):
    server.on("/jobs/job_1", told(job()))
    with server.desk(refresh_token="refresh-1") as desk:
        yield desk.job("job_1")


def begun_behind(server):
    """Return the ids behind which each connection began."""
    return [int(each.headers.get("Last-Event-ID", 0)) for each in server.asked(EVENTS)]


def cut(*pieces):
    """Break the connection in the midst of the stream."""

    def stream(request):
        yield from pieces
        raise httpx.ReadTimeout("silence", request=request)

    return lambda request: httpx.Response(200, content=stream(request))


class TestFollowing:
    def test_it_ends_with_the_final_event_and_shows_the_job(self, server, job_of):
        server.on(EVENTS, streamed(QUEUED, STARTED, ENDED))
        seen = list(job_of.events())

        assert [each.id for each in seen] == [1, 2, 3]
        assert (job_of.status, job_of.usage.input_tokens) == ("succeeded", 7)
        assert begun_behind(server) == [0]

    def test_it_begins_behind_an_event(self, server, job_of):
        server.on(EVENTS, streamed(ENDED))

        assert [each.id for each in job_of.events(after=2)] == [3]
        assert begun_behind(server) == [2]

    @pytest.mark.parametrize(
        "broken",
        [
            dropped,
            streamed(),
            refused("OVERLOADED", 503),
            refused("RATE_LIMITED", 429, retry_after_ms=1),
            lambda _: httpx.Response(502, text="<html>"),
            cut(STARTED[:20]),
        ],
        ids=["dropped", "closed", "busy", "limited", "by a gateway", "silent"],
    )
    def test_it_goes_on_where_it_was(self, server, job_of, broken):
        server.on(EVENTS, cut(QUEUED), broken, streamed(STARTED, ENDED))

        assert [each.id for each in job_of.events()] == [1, 2, 3]
        assert begun_behind(server) == [0, 1, 1]

    def test_nothing_is_given_twice(self, server, job_of):
        server.on(EVENTS, cut(QUEUED, STARTED), streamed(QUEUED, STARTED, ENDED))

        assert [each.id for each in job_of.events()] == [1, 2, 3]

    def test_what_is_missing_is_asked_for_again(self, server, job_of):
        server.on(EVENTS, streamed(QUEUED, ENDED), streamed(STARTED, ENDED))

        assert [each.id for each in job_of.events()] == [1, 2, 3]
        assert begun_behind(server) == [0, 1]

    def test_what_has_no_number_is_no_event(self, server, job_of):
        head = b"event: job.snapshot\ndata: {}\n\nid: 1\ndata: no json\n\n"
        server.on(EVENTS, streamed(head, QUEUED, STARTED, ENDED))

        assert [each.id for each in job_of.events()] == [1, 2, 3]

    def test_204_is_the_end(self, server, job_of):
        server.on(EVENTS, lambda _: httpx.Response(204))

        assert list(job_of.events(after=3)) == []

    def test_progress_is_seen_at_once(self, server, job_of):
        server.on(EVENTS, streamed(event(1, "job.progress", {"done": 3, "total": 9}), STARTED))
        next(job_of.events())

        assert (job_of.progress.done, job_of.progress.total) == (3, 9)


class TestRenewal:
    def test_a_spent_token_is_renewed_on_the_way(self, server, job_of):
        tokens = {"access_token": "token-2", "refresh_token": "refresh-2", "user": {}}
        server.on("/auth/refresh", told(tokens))
        refusal = refused("UNAUTHENTICATED", 401)
        server.on(EVENTS, cut(QUEUED), refusal, streamed(STARTED, ENDED))

        assert [each.id for each in job_of.events()] == [1, 2, 3]
        assert server.asked(EVENTS)[-1].headers["Authorization"] == "Bearer token-2"


class TestGivingUp:
    def test_what_can_not_be_is_told_at_once(self, server, job_of):
        server.on(EVENTS, cut(QUEUED), refused("GONE", 410))
        events = job_of.events()

        assert next(events).id == 1
        with pytest.raises(GoneError):
            next(events)

    @pytest.mark.parametrize("broken", [dropped, refused("OVERLOADED", 503)])
    def test_without_contact_its_patience_ends(self, server, job_of, broken):
        server.on(EVENTS, broken)
        with pytest.raises(ConnectionLostError, match="job_1"):
            list(job_of.events(patience=0.02))

        assert len(server.asked(EVENTS)) > 1

    def test_what_stays_missing_is_told(self, server, job_of):
        server.on(EVENTS, streamed(QUEUED, ENDED), streamed(ENDED))
        with pytest.raises(ProtocolError, match="Behind event 1 of job_1"):
            list(job_of.events())

        assert len(server.asked(EVENTS)) > 2

    def test_contact_renews_its_patience(self, server, job_of):
        quiet = streamed(b": open\n\n")
        server.on(EVENTS, *[quiet] * 60, streamed(QUEUED, STARTED, ENDED))

        assert len(list(job_of.events(patience=0.02))) == 3

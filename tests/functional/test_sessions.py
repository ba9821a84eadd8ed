import pytest

from tests.stack_client import Writer, order, some_text

DEAD = "A" * 43


def cookie_of(answer):
    """Return the parts of the one cookie that was set."""
    (told,) = answer.headers.get_list("Set-Cookie")
    return [part.strip() for part in told.split(";")]


class TestNewSession:
    def test_a_first_request_gets_one_in_header_and_cookie(self, stack, writer):
        answer = writer.http.get("/api/v1/limits")
        value, *flags = cookie_of(answer)

        assert value == f"copydesk_session={answer.headers['X-Session-Id']}"
        assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=86400"} <= set(flags)
        assert len(answer.headers["X-Session-Id"]) >= 32

    def test_a_submission_gets_one_too(self, writer):
        answer = writer.submit(order(some_text()))

        assert answer.headers["X-Session-Id"] == writer.session

    def test_each_visitor_gets_their_own(self, writer, other_writer):
        for one in (writer, other_writer):
            one.http.get("/api/v1/limits")

        assert writer.session != other_writer.session

    @pytest.mark.parametrize(
        "path",
        [
            *("/api/health", "/health/liveness", "/health/readiness"),
            *("/api/v1/openapi.json", "/api/v1/docs/", "/api/v1/nowhere"),
        ],
    )
    def test_health_and_docs_make_none(self, writer, path):
        answer = writer.http.get(path, follow_redirects=True)

        assert "X-Session-Id" not in answer.headers
        assert "Set-Cookie" not in answer.headers

    def test_one_can_be_asked_for(self, writer, stack):
        answer = writer.http.post("/api/v1/auth/anonymous")
        made = answer.json()

        assert answer.status_code == 201
        assert set(made) == {"session_id", "expires_at"}
        with Writer(stack.url, **{"X-Session-Id": made["session_id"]}) as again:
            assert again.http.get("/api/v1/limits").status_code == 200

    def test_one_that_was_asked_for_is_new(self, writer):
        writer.http.get("/api/v1/limits")
        before = writer.session

        assert writer.http.post("/api/v1/auth/anonymous").json()["session_id"] != before


class TestShownSession:
    def test_the_cookie_keeps_it(self, writer):
        job_id = writer.begin(order(some_text()))
        answer = writer.http.get(f"/api/v1/jobs/{job_id}")

        assert answer.status_code == 200
        assert "X-Session-Id" not in answer.headers

    def test_the_header_is_as_good(self, stack, writer):
        job_id = writer.begin(order(some_text()))
        with Writer(stack.url, **{"X-Session-Id": writer.session}) as elsewhere:
            answer = elsewhere.http.get(f"/api/v1/jobs/{job_id}")

        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers

    def test_the_header_wins_over_the_cookie(self, writer, other_writer):
        job_id = writer.begin(order(some_text()))
        other_writer.http.get("/api/v1/limits")
        answer = other_writer.http.get(
            f"/api/v1/jobs/{job_id}", headers={"X-Session-Id": writer.session}
        )

        assert answer.status_code == 200

    @pytest.mark.parametrize("session", [DEAD, "", "short", "x" * 500, "../etc", DEAD[:-1] + "="])
    @pytest.mark.parametrize("path", ["/api/v1/limits", "/api/v1/jobs/x"])
    def test_a_header_that_is_unknown_or_malformed_is_refused(self, writer, session, path):
        answer = writer.http.get(path, headers={"X-Session-Id": session})

        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "UNAUTHENTICATED"
        assert "Set-Cookie" not in answer.headers

    def test_a_header_that_is_unknown_begins_no_job(self, writer, model):
        text = some_text()
        answer = writer.submit(order(text), X_Session_Id=DEAD)

        assert answer.status_code == 401
        assert not model.calls_about(text)

    @pytest.mark.parametrize("session", [DEAD, "nonsense"])
    def test_a_dead_cookie_is_replaced(self, stack, session):
        with Writer(stack.url, Cookie=f"copydesk_session={session}") as returning:
            answer = returning.submit(order(some_text()))

        assert answer.status_code == 202
        assert answer.headers["X-Session-Id"] not in (session, "")
        assert cookie_of(answer)[0] == f"copydesk_session={answer.headers['X-Session-Id']}"

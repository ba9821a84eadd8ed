import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.account_client import PASSWORD
from tests.model_server_scripts import refuse, say
from tests.stack_client import order, some_text
from web.schemas.jobs import JobView

EXAMPLES = 12
PROMISED = {
    "/api/v1/auth/anonymous": {"post"},
    "/api/v1/auth/login": {"post"},
    "/api/v1/auth/logout": {"post"},
    "/api/v1/auth/me": {"delete", "get", "patch"},
    "/api/v1/auth/password": {"post"},
    "/api/v1/auth/refresh": {"post"},
    "/api/v1/auth/register": {"post"},
    "/api/v1/batches": {"post"},
    "/api/v1/batches/{batch_id}": {"get"},
    "/api/v1/batches/{batch_id}/apply": {"post"},
    "/api/v1/batches/{batch_id}/cancel": {"post"},
    "/api/v1/batches/{batch_id}/events": {"get"},
    "/api/v1/batches/{batch_id}/retry": {"post"},
    "/api/v1/batches/{batch_id}/sections": {"get"},
    "/api/v1/chat": {"post"},
    "/api/v1/conversations": {"get"},
    "/api/v1/conversations/{conversation_id}": {"delete", "get"},
    "/api/v1/conversations/{conversation_id}/messages/{message_id}/regenerate": {"post"},
    "/api/v1/documents": {"get", "post"},
    "/api/v1/documents/{document_id}": {"delete", "get", "put"},
    "/api/v1/documents/{document_id}/archive": {"post"},
    "/api/v1/documents/{document_id}/diff": {"get"},
    "/api/v1/documents/{document_id}/draft": {"delete", "get", "put"},
    "/api/v1/documents/{document_id}/sharing": {"get", "put"},
    "/api/v1/documents/{document_id}/unarchive": {"post"},
    "/api/v1/documents/{document_id}/versions": {"get"},
    "/api/v1/documents/{document_id}/versions/{revision}": {"get"},
    "/api/v1/documents/{document_id}/versions/{revision}/restore": {"post"},
    "/api/v1/jobs": {"get"},
    "/api/v1/jobs/{job_id}": {"delete", "get"},
    "/api/v1/jobs/{job_id}/cancel": {"post"},
    "/api/v1/jobs/{job_id}/events": {"get"},
    "/api/v1/jobs/{job_id}/result": {"get"},
    "/api/v1/jobs/{job_id}/stream-token": {"post"},
    "/api/v1/limits": {"get"},
    "/api/v1/suggestions": {"post"},
    "/api/v1/templates": {"get", "post"},
    "/api/v1/templates/{template_id}": {"delete", "get", "put"},
    "/api/v1/templates/{template_id}/fork": {"post"},
    "/api/v1/templates/{template_id}/performance": {"get"},
    "/api/v1/templates/{template_id}/versions": {"get"},
    "/api/v1/templates/{template_id}/versions/{version}": {"get"},
}
SENDS = [
    *((path, GenerationMode.POSITIVE) for path in PROMISED),
    # What is wrong can be sent only where something is taken.
    ("/api/v1/suggestions", GenerationMode.NEGATIVE),
    ("/api/v1/auth/register", GenerationMode.NEGATIVE),
    ("/api/v1/auth/login", GenerationMode.NEGATIVE),
    ("/api/v1/batches", GenerationMode.NEGATIVE),
    ("/api/v1/batches/{batch_id}/apply", GenerationMode.NEGATIVE),
    ("/api/v1/batches/{batch_id}/sections", GenerationMode.NEGATIVE),
    ("/api/v1/chat", GenerationMode.NEGATIVE),
    ("/api/v1/conversations", GenerationMode.NEGATIVE),
    ("/api/v1/templates/{template_id}/fork", GenerationMode.NEGATIVE),
    ("/api/v1/jobs/{job_id}", GenerationMode.NEGATIVE),
    ("/api/v1/jobs/{job_id}/events", GenerationMode.NEGATIVE),
]


@pytest.fixture
def document(writer):
    return writer.http.get("/api/v1/openapi.json").json()


@pytest.fixture(scope="session")
def api(stack):
    return schemathesis.openapi.from_url(f"{stack.url}/api/v1/openapi.json")


class TestDocument:
    def test_it_is_valid(self, document):
        assert document["openapi"].startswith("3.1")
        validate(document)

    def test_it_describes_what_there_is(self, document):
        described = {path: set(item) for path, item in document["paths"].items()}

        for path, methods in PROMISED.items():
            assert methods <= described.get(path, set()), path

    def test_it_is_made_from_the_models_that_validate(self, document):
        job = document["components"]["schemas"]["JobView"]

        assert set(job["properties"]) == set(JobView.model_fields)

    def test_there_is_a_page_to_try_it(self, writer):
        page = writer.http.get("/api/v1/docs", follow_redirects=True)

        assert page.status_code == 200
        assert page.headers["Content-Type"].startswith("text/html")

    def test_it_is_the_same_without_a_version(self, writer, document):
        assert writer.http.get("/api/openapi.json").json() == document


class TestAnswers:
    def test_those_about_a_job_are_as_described(self, writer, api):
        submitted = writer.submit(order(some_text()))
        job_id = submitted.json()["id"]
        writer.ended(job_id)
        api["/api/v1/suggestions"]["POST"].validate_response(submitted)

        for tail in ("", "/result", "/events"):
            operation = api[f"/api/v1/jobs/{{job_id}}{tail}"]["GET"]
            operation.validate_response(writer.http.get(f"/api/v1/jobs/{job_id}{tail}"))
        api["/api/v1/jobs/{job_id}/cancel"]["POST"].validate_response(writer.cancel(job_id))
        api["/api/v1/jobs"]["GET"].validate_response(writer.http.get("/api/v1/jobs"))
        token = writer.http.post(f"/api/v1/jobs/{job_id}/stream-token")
        api["/api/v1/jobs/{job_id}/stream-token"]["POST"].validate_response(token)

    def test_those_about_a_chat_are_as_described(self, writer, api, model):
        model.plan(say("Yes."))
        asked = writer.http.post("/api/v1/chat", json={"message": "Is it good?"})
        job = writer.ended(asked.json()["id"])
        api["/api/v1/chat"]["POST"].validate_response(asked)
        paths = {
            "/api/v1/jobs/{job_id}": f"/api/v1/jobs/{job['id']}",
            "/api/v1/jobs/{job_id}/result": f"/api/v1/jobs/{job['id']}/result",
            "/api/v1/conversations": "/api/v1/conversations",
            "/api/v1/conversations/{conversation_id}": (
                f"/api/v1/conversations/{job['conversation_id']}"
            ),
        }

        for described, path in paths.items():
            api[described]["GET"].validate_response(writer.http.get(path))

    def test_those_about_a_template_are_as_described(self, writer, api):
        one = "/api/v1/templates/{template_id}"
        made = writer.http.post("/api/v1/templates/shorter/fork")
        path = f"/api/v1/templates/{made.json()['id']}"
        said = {"name": "Mine", "instruction": "Cut it."}
        api[f"{one}/fork"]["POST"].validate_response(made)
        api[one]["PUT"].validate_response(writer.http.put(path, json=said))
        api["/api/v1/templates"]["POST"].validate_response(
            writer.http.post("/api/v1/templates", json=said)
        )
        api["/api/v1/templates"]["GET"].validate_response(writer.http.get("/api/v1/templates"))
        for tail in ("", "/versions", "/performance"):
            api[one + tail]["GET"].validate_response(writer.http.get(path + tail))
        api[f"{one}/versions/{{version}}"]["GET"].validate_response(
            writer.http.get(path + "/versions/1")
        )
        api[one]["DELETE"].validate_response(writer.http.delete(path))

    def test_those_about_an_account_are_as_described(self, new_person, api):
        someone, auth = new_person(), "/api/v1/auth"
        asked = {"email": someone.email, "password": PASSWORD}
        words = {"current_password": PASSWORD, "new_password": "another good one"}
        made = someone.ask("register", **asked)
        someone.come_in(made)
        answers = [
            ("register", "POST", made),
            ("login", "POST", someone.ask("login", **asked)),
            ("me", "PATCH", someone.http.patch(f"{auth}/me", json={"name": "Ada"})),
            ("password", "POST", someone.ask("password", **words)),
            ("me", "DELETE", someone.leave()),
            ("me", "DELETE", someone.leave("another good one")),
            ("me", "GET", someone.me()),
        ]

        assert [a.status_code for *_, a in answers] == [201, 200, 200, 204, 403, 204, 401]
        for route, method, answer in answers:
            api[f"{auth}/{route}"][method].validate_response(answer)

    def test_a_page_of_events_is_as_described(self, writer, api):
        job_id = writer.finish(order(some_text()))["id"]
        url, accept = f"/api/v1/jobs/{job_id}/events", {"Accept": "application/json"}
        operation = api["/api/v1/jobs/{job_id}/events"]["GET"]

        operation.validate_response(writer.http.get(url, headers=accept))
        operation.validate_response(writer.http.get(url, params={"after": 99}))

    def test_a_failed_jobs_are_as_described(self, writer, api, model):
        model.plan(refuse())
        job_id = writer.finish(order(some_text()))["id"]

        for tail in ("", "/result"):
            operation = api[f"/api/v1/jobs/{{job_id}}{tail}"]["GET"]
            operation.validate_response(writer.http.get(f"/api/v1/jobs/{job_id}{tail}"))

    @pytest.mark.parametrize(("path", "mode"), SENDS)
    def test_those_to_whatever_is_sent_are_as_described(self, api, path, mode):
        *_, method = sorted(PROMISED[path])
        strategy = api[path][method.upper()].as_strategy(generation_mode=mode)

        # Its own integration with pytest does not know pytest 9.2 yet.
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=[HealthCheck.too_slow],
        )
        @given(case=strategy)
        def check(case):
            # The rules go beyond what a schema can say.
            case.call_and_validate(timeout=120, excluded_checks=[positive_data_acceptance])

        check()

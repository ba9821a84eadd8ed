"""Whether documents are served as the API's description says."""

from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import assume, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.document_client import DOCUMENTS, create, path, put, save

EXAMPLES = 12
LONGEST_QUERY = 3000  # a line that is too long is refused before any route is found
ONE = f"{DOCUMENTS}/{{document_id}}"


@pytest.fixture(scope="module")
def api(stack):
    return schemathesis.openapi.from_url(f"{stack.url}/api/v1/openapi.json")


class TestAnswers:
    def test_what_is_read_is_as_described(self, writer, api):
        made = save(writer, create(writer), "New words.")
        writer.http.put(path(made, "/draft"), json={"content": "Typed"})
        api[DOCUMENTS]["GET"].validate_response(writer.http.get(DOCUMENTS))

        for tail in ("", "/versions", "/versions/1", "/diff", "/draft", "/sharing"):
            described = ONE + tail.replace("/1", "/{revision}")
            api[described]["GET"].validate_response(writer.http.get(path(made, tail)))

    def test_what_is_done_is_as_described(self, writer, api):
        made = create(writer)
        late = put(writer, made, "Late", match='"7"')
        blind = writer.http.put(path(made), json={"content": "Blind"})
        answers = [put(writer, made, "New"), late, blind, put(writer, made, "x", match="x")]

        for answer in answers:
            api[ONE]["PUT"].validate_response(answer)
        for tail in ("/archive", "/unarchive"):
            api[ONE + tail]["POST"].validate_response(writer.http.post(path(made, tail)))
        restored = writer.http.post(path(made, "/versions/1/restore"))
        api[f"{ONE}/versions/{{revision}}/restore"]["POST"].validate_response(restored)
        api[ONE]["DELETE"].validate_response(writer.http.delete(path(made)))

    @pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    @pytest.mark.parametrize(
        ("where", "method"),
        [(DOCUMENTS, "GET"), (DOCUMENTS, "POST"), (ONE, "PUT"), (f"{ONE}/draft", "PUT")],
    )
    def test_those_to_whatever_is_sent_are_as_described(self, api, where, method, mode):
        strategy = api[where][method].as_strategy(generation_mode=mode)

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
        @given(case=strategy)
        def check(case):
            assume(len(urlencode(case.query, doseq=True)) < LONGEST_QUERY)
            # The rules go beyond what a schema can say.
            case.call_and_validate(timeout=60, excluded_checks=[positive_data_acceptance])

        check()

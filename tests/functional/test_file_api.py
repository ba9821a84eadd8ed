"""Whether files are served as the API's description says."""

import pytest
import schemathesis
from openapi_spec_validator import validate

from tests.document_client import DOCUMENTS, create, path
from tests.file_client import import_file

EXPORT = f"{DOCUMENTS}/{{document_id}}/export"
IMPORT = f"{DOCUMENTS}/import"


@pytest.fixture(scope="module")
def api(stack):
    return schemathesis.openapi.from_url(f"{stack.url}/api/v1/openapi.json")


def test_the_form_and_the_files_are_described(writer):
    described = writer.http.get("/api/v1/openapi.json").json()
    validate(described)
    form = described["paths"][IMPORT]["post"]["requestBody"]["content"]
    file = described["paths"][EXPORT]["get"]["responses"]["200"]["content"]

    assert list(form) == ["multipart/form-data"]
    assert {"text/plain", "text/markdown", "text/html"} < set(file)
    assert described["components"]["schemas"]["ImportForm"]["required"] == ["file"]


@pytest.mark.parametrize("wanted", ["text", "markdown", "html", "docx", "pdf"])
def test_what_is_given_out_is_as_described(writer, api, wanted):
    answer = writer.http.get(path(create(writer), "/export"), params={"format": wanted})

    api[EXPORT]["GET"].validate_response(answer)


@pytest.mark.parametrize("name", ["a.txt", "a.exe"])
def test_what_is_taken_is_answered_as_described(writer, api, name):
    answer = import_file(writer, name, "Words", "text/plain")
    answer.request.read()

    api[IMPORT]["POST"].validate_response(answer)

"""What the API's description says of headers and bodies."""

import pytest


@pytest.fixture
def document(writer):
    return writer.http.get("/api/v1/openapi.json").json()


@pytest.mark.parametrize(
    ("path", "method", "name", "is_required"),
    [
        ("/api/v1/documents/{document_id}", "put", "If-Match", True),
        ("/api/v1/documents/{document_id}/draft", "put", "If-Match", False),
        ("/api/v1/templates/{template_id}", "get", "If-None-Match", False),
        ("/api/v1/suggestions", "post", "Idempotency-Key", False),
    ],
)
def test_it_tells_which_headers_count(document, path, method, name, is_required):
    told = {each["name"]: each for each in document["paths"][path][method]["parameters"]}

    assert (told[name]["in"], told[name]["required"]) == ("header", is_required)


def test_it_tells_which_bodies_may_be_left_out(document):
    fork = document["paths"]["/api/v1/templates/{template_id}/fork"]["post"]
    create = document["paths"]["/api/v1/templates"]["post"]

    assert [each["requestBody"]["required"] for each in (fork, create)] == [False, True]

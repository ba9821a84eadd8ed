import pytest

IMPORT = "/api/v1/documents/import"
MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("method", "path", "megabytes", "status"),
    [
        ("GET", "/api/v1/limits", 3, 413),
        ("DELETE", "/api/v1/jobs/job_1", 3, 413),
        ("POST", "/api/v1/jobs/job_1/cancel", 3, 413),
        ("POST", "/api/v1/nowhere", 3, 413),
        ("GET", "/api/v1/limits", 1, 200),
        ("POST", IMPORT, 21, 413),
        ("POST", "/api/documents/import", 21, 413),
        ("POST", IMPORT, 19, 415),
    ],
)
def test_each_route_has_its_bound(new_client, method, path, megabytes, status):
    size = {"CONTENT_LENGTH": str(megabytes * MEGABYTE)}
    answer = new_client().open(path, method=method, environ_overrides=size)

    assert answer.status_code == status
    if status == 413:
        assert answer.json["error"]["code"] == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize("coding", ["gzip", "zstd", "br", "deflate", "GZIP", "gzip, identity"])
@pytest.mark.parametrize("path", ["/api/v1/suggestions", "/api/v1/limits", IMPORT])
def test_nothing_is_unpacked(new_client, path, coding):
    answer = new_client().post(path, data=b"\x1f\x8b", headers={"Content-Encoding": coding})

    assert (answer.status_code, answer.json["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("coding", ["identity", " Identity ", ""])
def test_a_body_that_is_packed_in_nothing_is_read(new_client, coding):
    answer = new_client().get("/api/v1/limits", headers={"Content-Encoding": coding})

    assert answer.status_code == 200

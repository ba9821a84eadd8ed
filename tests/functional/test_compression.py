"""Compression over the wire, as the true web tier does it."""

import pytest

from tests.account_client import PASSWORD
from tests.document_client import create, path, put
from tests.stack_client import order, some_text

TEXT = "The big plan of the day. " * 3000
ALL = {"Accept-Encoding": "gzip, zstd"}


@pytest.fixture(params=["gzip", "zstd", "identity"])
def coding(request):
    return request.param


def raw(writer, url, coding):
    """Return an answer with its bytes as they came."""
    with writer.http.stream("GET", url, headers={"Accept-Encoding": coding}) as answer:
        return answer, b"".join(answer.iter_raw())


def test_a_document_is_the_same_in_every_coding(writer, coding):
    made = create(writer, TEXT)
    plain, whole = raw(writer, path(made), "identity")
    answer, packed = raw(writer, path(made), coding)

    assert answer.headers.get("Content-Encoding", "identity") == coding
    assert len(packed) == int(answer.headers["Content-Length"])
    assert (coding == "identity") == (packed == whole)
    assert coding == "identity" or len(packed) < len(whole) / 20
    assert answer.headers["ETag"] == plain.headers["ETag"] == '"1"'
    assert answer.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_a_tag_holds_whatever_coding_it_came_in(writer, coding):
    made = create(writer, TEXT)
    tag = raw(writer, path(made), coding)[0].headers["ETag"]
    for other in ("gzip", "zstd", "identity"):
        asked = {"If-None-Match": tag, "Accept-Encoding": other}
        spared = writer.http.get(path(made), headers=asked)

        assert (spared.status_code, spared.content) == (304, b"")
        assert "Content-Encoding" not in spared.headers
        assert "Accept-Encoding" in spared.headers["Vary"]
    assert put(writer, made, "New", match=tag).status_code == 200
    assert put(writer, made, "Late", match=tag).status_code == 412


def test_a_job_that_has_not_changed_is_not_sent_again(writer, coding):
    job = writer.finish(order(some_text()))
    url = job["urls"]["self"]
    tag = raw(writer, url, coding)[0].headers["ETag"]

    for other in ("gzip", "zstd", "identity"):
        asked = {"If-None-Match": tag, "Accept-Encoding": other}
        assert writer.http.get(url, headers=asked).status_code == 304


def test_events_are_never_held_back_to_be_packed(writer, model):
    job_id, hold = writer.begin_held(model, some_text())
    with writer.http.stream("GET", f"/api/v1/jobs/{job_id}/events", headers=ALL) as answer:
        pieces = answer.iter_raw()
        begun = next(pieces)
        hold.set()
        rest = b"".join(pieces)

    assert "Content-Encoding" not in answer.headers
    assert begun.startswith(b": open")
    assert b"event: job.succeeded" in rest


def test_no_token_stands_in_what_is_packed(person):
    """BREACH: beside the caller's own words its length would tell about the token."""
    name = {"email": person.email, "password": PASSWORD}
    person.http.patch("/api/v1/auth/me", json={"name": "a" * 100})
    refreshed = person.refresh()
    answers = [refreshed, person.ask("login", **name), person.ask("anonymous")]
    job_id = person.begin(order(some_text()))
    answers.append(person.http.post(f"/api/v1/jobs/{job_id}/stream-token"))

    for answer in answers:
        assert answer.request.headers["Accept-Encoding"].startswith("gzip")
        assert answer.is_success
        assert not {"Content-Encoding", "Vary"} & set(answer.headers)


def test_a_file_goes_as_it_is(writer):
    made = create(writer, TEXT)
    answer, _ = raw(writer, path(made, "/export?format=docx"), "gzip")

    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers

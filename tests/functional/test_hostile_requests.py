"""Bodies, headers and sessions that nobody means well by."""

import pytest

from tests.account_client import PASSWORD, some_email
from tests.document_client import DOCUMENTS, create, path
from tests.route_callers import UNKNOWN
from tests.template_client import make
from web.schemas.common import ErrorBody

NEST = "[" * 900 + "]" * 900
JSON = "application/json"
BODIES = {
    "a deep nest in a text": f'{{"content": {NEST}}}',
    "a deep nest of objects": '{"content": ' + '{"a":' * 900 + "1" + "}" * 900 + "}",
    "NaN": '{"content": "a", "tags": [NaN]}',
    "infinity": '{"content": "a", "tags": [1e999]}',
    "a number of many digits": '{"content": "a", "tags": [' + "9" * 10_000 + "]}",
    "a lone surrogate": r'{"content": "\ud800"}',
    "a lone surrogate in a key": r'{"\udc00": "a"}',
    "a NUL in a key": r'{"content": "a", "\u0000": "a"}',
    "a comment": '{"content": "a" /* so */}',
    "a trailing comma": '{"content": "a",}',
    "a byte order mark": '\ufeff{"content": "a"}',
    "two objects": '{"content": "a"}{"content": "b"}',
    "a key twice": '{"content": "a", "owner": "x", "owner": "y"}',
    "many keys": "{" + ",".join(f'"k{n}": 1' for n in range(5000)) + "}",
}


def post(writer, content, **headers):
    return writer.http.post(DOCUMENTS, content=content.encode(), headers=headers)


class TestBodies:
    @pytest.mark.parametrize("kind", BODIES)
    def test_what_is_not_meant_is_refused(self, writer, kind):
        answer = post(writer, BODIES[kind], **{"Content-Type": JSON})

        assert answer.status_code == 400
        ErrorBody.model_validate(answer.json())

    @pytest.mark.parametrize(
        "kind",
        [
            *(None, "", "text/plain", "text/json", "application/x-www-form-urlencoded"),
            *("multipart/form-data; boundary=x", "application/jsonx", "application", "*/*"),
            *("application/octet-stream", "text/plain; application/json", "application/xml"),
        ],
    )
    def test_only_json_is_read(self, writer, kind):
        headers = {} if kind is None else {"Content-Type": kind}

        assert post(writer, '{"content": "a"}', **headers).status_code == 415

    @pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
    def test_no_packed_body_is_unpacked(self, writer, coding):
        answer = post(writer, "\x1f\x8b", **{"Content-Type": JSON, "Content-Encoding": coding})

        assert answer.status_code == 415

    def test_of_a_key_that_comes_twice_the_last_counts_everywhere(self, writer):
        twice = '{"content": "first", "content": "last", "title": "a", "title": "b"}'
        made = post(writer, twice, **{"Content-Type": JSON}).json()

        assert (made["content"], made["title"]) == ("last", "b")


class TestHeaders:
    @pytest.mark.parametrize(
        "words", ["a\r\nX-Evil: 1", "a\nSet-Cookie: copydesk_session=x", "\x7f"]
    )
    def test_no_words_of_a_writer_become_a_header(self, writer, words):
        document = create(writer, words, title=words, tags=[words], why=words)
        template = make(writer, instruction=words)
        answers = [writer.http.get(path(document)), writer.http.get(DOCUMENTS)]
        answers.append(writer.http.get(f"/api/v1/templates/{template['id']}"))

        for answer in answers:
            assert answer.status_code == 200
            assert "X-Evil" not in answer.headers
            assert "copydesk_session=x" not in answer.headers.get("Set-Cookie", "")

    @pytest.mark.parametrize(
        "name",
        [
            *("If-Match", "If-None-Match", "Prefer", "Idempotency-Key", "Last-Event-ID", "Accept"),
            *("Cache-Control", "traceparent", "X-Request-Id", "Range", "If-Modified-Since"),
            *("If-Range", "Origin", "Host", "Cookie", "Accept-Encoding", "Sec-Fetch-Site"),
        ],
    )
    @pytest.mark.parametrize("text", [b"\xff\xfe", b'"', b"a" * 4000, b"$ne", b"-1", b"," * 500])
    def test_no_header_breaks_anything(self, writer, name, text):
        document = create(writer)
        answer = writer.http.get(path(document), headers=[(name.encode(), text)])

        assert answer.status_code in (200, 206, 304, 400, 404), answer.text
        assert "\\xff" not in answer.text


class TestSessions:
    def test_nobody_chooses_the_session_of_another(self, writer, stack):
        """Fixation: what was planted is not taken, whatever its form."""
        for planted in (UNKNOWN, "chosen", "x" * 44, ""):
            answer = writer.http.get(
                "/api/v1/limits", headers={"Cookie": f"copydesk_session={planted}"}
            )

            assert answer.headers["X-Session-Id"] != planted
            assert f"copydesk_session={planted};" not in answer.headers["Set-Cookie"]

    def test_a_login_leaves_no_session_behind_that_was_there_before(self, new_person):
        person = new_person()
        person.http.get("/api/v1/limits")
        answer = person.ask("register", email=person.email, password=PASSWORD)

        assert answer.status_code == 201
        assert "copydesk_session=;" in answer.headers["Set-Cookie"]
        assert "copydesk_session" not in person.http.cookies

    def test_the_cookie_says_whom_it_is_for(self, writer):
        flags = writer.http.get("/api/v1/limits").headers["Set-Cookie"].split("; ")

        assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=86400"} <= set(flags)
        assert not [flag for flag in flags if flag.startswith("Domain=")]


class TestEnumeration:
    def test_a_login_tells_nothing_about_who_is_there(self, person, new_person):
        known, unknown = person.log_in("a guess"), new_person(some_email()).log_in("a guess")
        told = [a.json()["error"] | {"request_id": ""} for a in (known, unknown)]

        assert told[0] == told[1]
        assert known.status_code == unknown.status_code
        assert len(known.content) == len(unknown.content)
        assert set(known.headers) == set(unknown.headers)

    def test_only_the_owner_of_a_document_may_ask_who_has_an_account(self, person, new_person):
        owner, nobody = new_person().register(), some_email()
        document = create(owner)
        owner.http.put(
            path(document, "/sharing"),
            json={"shared_with": [{"email": person.email, "access": "write"}]},
        )
        answers = {
            person.http.put(
                path(document, "/sharing"),
                json={"shared_with": [{"email": email, "access": "read"}]},
            ).status_code
            for email in (owner.email, nobody)
        }

        assert answers == {403}

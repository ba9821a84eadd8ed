"""Ids, paths and verbs that nobody means well by, as they go over the wire."""

import http.client
import re

import orjson
import pytest

from tests.route_callers import UNKNOWN
from tests.template_client import body
from web.schemas.common import ErrorBody

IDS = [
    *("$ne", "%7B%22$gt%22:%22%22%7D", "%24where", "..", ".", "...", "%2e%2e", "%2e%2e%2f%2e%2e"),
    *("..%2f..%2fetc%2fpasswd", "a%00b", "%00", "%0d%0aX-Evil:%201", "x" * 3000, "%ff%fe"),
    *("%ED%A0%80", "-1", "0", "1e3", "0x1", "%D9%A3", "99999999999999999999", "9" * 3000),
    *("doc_%24ne", f"doc_{0:032x}", f"doc_{0:031x}%D9%A3", f"DOC_{0:032X}", f"doc_{0:032x}%0a"),
    *(f"job_{0:032x}p0", f"job_{0:032x}p999999", f"job_{0:032x}p-1", f"job_{0:032x}p%D9%A3"),
    *(f"job_{0:032x}p{'9' * 30}", "job_%7Bp0%7D", "job_*", "cd:%7Bp0%7D:session:x", "%2A"),
    *("sg_1%0a", "sg_%D9%A1", "conv_x", "tpl_x%00", "null", "undefined", "true", "[object]"),
]
SLOT = re.compile(r"\{[^}]*\}")


@pytest.fixture(scope="module")
def line(stack):
    """Return a function that sends a request as it stands; nothing tidies its path."""
    own = http.client.HTTPConnection(stack.url.removeprefix("http://"), timeout=120)

    def ask(method, path, said=None, **headers):  # an underscore in a name goes out as it is
        own.close()  # the server would, had it waited for long
        own.putrequest(method, path.replace(" ", "%20"), skip_accept_encoding=True)
        content = b"" if said is None else orjson.dumps(said)
        kind = {"Content-Type": "application/json"} if content else {}
        for name, text in {"X-Session-Id": ask.session, **kind, **headers}.items():
            own.putheader(name, text)
        own.putheader("Content-Length", str(len(content)))
        own.endheaders(content)
        answer = own.getresponse()
        return answer, answer.read()

    ask.session = ""
    answer, _ = ask("POST", "/api/v1/auth/anonymous")
    ask.session = answer.headers["X-Session-Id"]
    yield ask
    own.close()


@pytest.fixture(scope="module")
def slots(line):
    """Return each method and path that names something."""
    described = orjson.loads(line("GET", "/api/v1/openapi.json")[1])
    return [
        (method.upper(), path)
        for path, item in described["paths"].items()
        for method in item
        if "{" in path
    ]


class TestIds:
    @pytest.mark.parametrize("given", IDS)
    def test_what_is_no_id_is_nothing(self, line, slots, given):
        for method, path in slots:
            said = {"content": "x"} if method == "PUT" and "/documents/" in path else None
            said = body() if method == "PUT" and "/templates/" in path else said
            answer, content = line(
                method, SLOT.sub(lambda _: given, path), said, **{"If-Match": "*"}
            )

            assert answer.status in (400, 404, 405, 413), (method, path, content)
            assert "X-Evil" not in answer.headers
            ErrorBody.model_validate_json(content)

    @pytest.mark.parametrize(
        "given",
        [*("0", "-1", "9" * 20, "9" * 3000, str(2**31), str(2**63), "1e0", "1.0", "+1", "%201")],
    )
    def test_what_is_no_number_of_a_version_is_none(self, line, given):
        made = {
            kind: orjson.loads(line("POST", f"/api/v1/{kind}", said)[1])["id"]
            for kind, said in (("documents", {}), ("templates", body()))
        }
        paths = [f"/api/v1/{kind}/{one}/versions/{given}" for kind, one in made.items()]

        statuses = {line("GET", path)[0].status for path in paths}
        assert statuses | {line("POST", f"{paths[0]}/restore")[0].status} == {404}


class TestPaths:
    @pytest.mark.parametrize(
        "path",
        [
            *("/api/v1/jobs/../limits", "/api/v1/%2e%2e/v1/limits", "/api/v1/jobs%2f..%2flimits"),
            *("/api/v1/limits;x=1", "/api/v1/limits%00", "/API/V1/LIMITS", "/api/v1/limits%20"),
            *("/api/v1/docs/../../../etc/passwd", "/api/v1/docs/%2e%2e/flask_swagger_ui.py"),
            *("/api/v1/docs/..%2fflask_swagger_ui.py", "/api/v1/docs/..%5cflask_swagger_ui.py"),
            *("/.env", "/api/.env", "/static/x", "/web/app.py", "/api//v1/limits"),
        ],
    )
    def test_no_trick_reaches_a_route(self, line, path):
        answer, content = line("GET", path)

        assert answer.status == 404
        assert "Location" not in answer.headers
        ErrorBody.model_validate_json(content)

    @pytest.mark.parametrize("name", ["SCRIPT_NAME", "PATH_INFO"])
    def test_no_header_chooses_the_route(self, line, name):
        path = "/v1/limits" if name == "SCRIPT_NAME" else "/nowhere"
        chosen = "/api" if name == "SCRIPT_NAME" else "/api/v1/limits"
        headers = {"X-Original-URL": chosen, "X-Rewrite-URL": chosen, "X-Forwarded-Prefix": "/api"}

        assert line("GET", path, **headers, **{name: chosen})[0].status == 404


class TestVerbs:
    @pytest.mark.parametrize(
        "header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"]
    )
    def test_none_is_put_in_place_of_another(self, line, header):
        _, made = line("POST", "/api/v1/templates", body())
        path = f"/api/v1/templates/{orjson.loads(made)['id']}"
        line("GET", f"{path}?_method=DELETE&method=DELETE", **{header: "DELETE"})
        answer, _ = line("POST", path, {"_method": "DELETE"}, **{header: "DELETE"})

        assert answer.status == 405
        assert line("GET", path)[0].status == 200

    @pytest.mark.parametrize("verb", ["TRACE", "CONNECT", "PROPFIND", "TRACK", "DEBUG", "PUT"])
    def test_others_are_refused_and_repeat_nothing(self, line, verb):
        answer, content = line(verb, "/api/v1/limits", Cookie=f"copydesk_session={UNKNOWN}")

        assert answer.status in (400, 405)
        assert UNKNOWN.encode() not in content
        assert "Set-Cookie" not in answer.headers

    def test_options_touches_nothing(self, line):
        answer, content = line("OPTIONS", "/api/v1/documents/x", **{"X-Session-Id": UNKNOWN})

        assert (answer.status, content) == (200, b"")
        assert "RateLimit" not in answer.headers
        assert "Set-Cookie" not in answer.headers

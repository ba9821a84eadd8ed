"""Every field of every body and query, as the API describes them, given what it should not get."""

import re
from contextlib import ExitStack

import pytest

from tests.openapi_fields import body_schema, fields_of, objects_of, with_value
from tests.route_callers import Asking, Everybody, things_of
from tests.route_recipes import RECIPES, send

OPERATORS = [{"$gt": ""}, {"$ne": None}, {"$where": "sleep(9000)"}, {"$regex": ".*"}, [{"$gt": ""}]]
NUMBERS = [2**31, 2**63, 2**64 - 1, 2**70, -1, -(2**63), 1e308, 0.5, True, None]
TEXTS = ["\x00", "\u202e\ufeff", "a" * 30_000, '{"$gt": ""}', "$where", "\r\nX-Evil: 1", ""]
KEYS = [
    *("$where", "$set", "a.b", "", "__proto__", "__class__", "_id", "id", "owner", "user_id"),
    *("role", "tier", "revision", "version", "access", "grants", "public", "schema"),
    *("created_at", "deleted_at", "saved_by", "system", "status", "cost_usd", "email_key"),
]
# The first two have rules of their own for their keys; the third is a suggestion as it was given.
OPEN = {("prompt", "parameters"), ("parameters",), ("suggestions", 0)}
ROWS = sorted(
    row for row, recipe in RECIPES.items() if recipe.body and "," not in row and "/api/" not in row
)
QUERIES = ['{"$gt": ""}', "$ne", "\x00", "9" * 3000, "-1", "\ud7ff\uffff", "' || 1 == 1", "%%"]


@pytest.fixture(scope="module")
def someone(stack, model_server):
    """Return somebody who owns one of each thing, and the visitor whom recipes name."""
    model_server.reset()
    with ExitStack() as exits:
        all_ = Everybody(stack.url, exits)
        all_.visitor, person = all_.person(), all_.person()
        yield Asking(person, things_of(person)), all_
    model_server.reset()


@pytest.fixture(scope="module")
def described(someone):
    return someone[0].who.http.get("/api/v1/openapi.json").json()


@pytest.fixture
def route(request, someone, described):
    """Return a way to send a row's body, the body that would do, and what may stand in it."""
    asking, all_ = someone
    row = request.param
    method, _, path = row.partition(" ")
    schema = body_schema(described, method, f"/api/v1{path}")

    def ask(body):
        return send(row, asking, all_, json=body)

    return ask, RECIPES[row].body(asking, all_), schema


def faults(answer):
    assert answer.status_code == 400, (answer.status_code, answer.text)
    return {detail["field"] for detail in answer.json()["error"]["details"]}


def named(path):
    return ".".join(map(str, path))


class TestBodies:
    def test_there_is_a_recipe_for_each_route_that_takes_one(self, described):
        taking = {
            f"{method.upper()} {path.removeprefix('/api/v1')}"
            for path, item in described["paths"].items()
            for method, operation in item.items()
            if "application/json" in operation.get("requestBody", {}).get("content", {})
        }

        assert taking == set(ROWS)

    @pytest.mark.parametrize("route", ROWS, indirect=True)
    def test_no_field_takes_an_operator(self, route, described):
        ask, body, schema = route
        for path in {path for path, _ in fields_of(described, schema)}:
            for operator in OPERATORS:
                answer = ask(with_value(body, path, operator))

                assert answer.status_code == 400, (path, operator, answer.text)

    @pytest.mark.parametrize("route", ROWS, indirect=True)
    def test_no_object_takes_a_key_that_is_not_described(self, route, described):
        ask, body, schema = route
        for path, known in objects_of(described, schema).items():
            for key in set(KEYS) - known:
                if path in OPEN:
                    continue
                told = faults(ask(with_value(body, (*path, key), "x")))

                assert any(field.endswith(key) for field in told), (path, key, told)

    @pytest.mark.parametrize("route", ROWS, indirect=True)
    def test_no_number_and_no_text_breaks_anything(self, route, described):
        ask, body, schema = route
        for path in {path for path, _ in fields_of(described, schema)}:
            for value in (*NUMBERS, *TEXTS):
                answer = ask(with_value(body, path, value))

                assert answer.status_code < 500, (path, str(value)[:20], answer.text)
                assert "X-Evil" not in answer.headers

    @pytest.mark.parametrize("place", ["params", "data"])
    def test_nor_does_an_import(self, someone, place):
        for key in set(KEYS) - {""}:
            file = {"files": {"file": ("a.txt", b"words")}} if place == "data" else {}
            bare = {"headers": {"Content-Type": "text/plain"}, "content": "words"}
            sent = {place: {key: "x"}} | (file or bare)
            answer = someone[0].who.http.post("/api/v1/documents/import", **sent)

            assert faults(answer) == {key}


class TestQueries:
    def listed(self, someone, path, **query):
        answer = someone[0].who.http.get(path.format_map(someone[0].ids), params=query)
        assert answer.status_code in (200, 204, 304, 400, 401, 404), (path, query, answer.text)
        return answer

    def test_no_parameter_breaks_anything_or_shows_more(self, someone, described):
        for path, name in parameters(described):
            usual = ids_in(self.listed(someone, path).text)
            for value in QUERIES:
                seen = self.listed(someone, path, **{name: value})

                assert ids_in(seen.text) <= usual, (path, name, value)

    @pytest.mark.parametrize("form", ["{}[$ne]", "{}[$gt]", "{}.$where", "${}", "{}[]", "owner"])
    def test_no_name_is_taken_that_is_not_described(self, someone, described, form):
        for path, name in parameters(described):
            answer = self.listed(someone, path, **{form.format(name): "x"})

            if answer.status_code == 200:
                assert form == "owner"
                assert path == "/api/v1/templates"


def parameters(described):
    """Return each path that is read by GET with each parameter of its query."""
    return [
        (path, parameter["name"])
        for path, item in described["paths"].items()
        for parameter in item.get("get", {}).get("parameters", [])
        if parameter["in"] == "query"
    ]


def ids_in(text):
    return set(re.findall(r"(?:doc|tpl|job|msg|conv)_[0-9a-f]{8,}\w*", text))

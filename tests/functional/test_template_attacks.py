import pytest

from tests.injections import TELLTALE
from tests.template_client import TEMPLATES, TONES, body, get, ids, make, put
from web.schemas.common import ErrorBody

OPERATORS = [{"$gt": ""}, {"$ne": None}, {"$where": "1"}, ["$gt"], {"$set": {"owner": "x"}}]
FIELDS = ["name", "description", "category", "style", "meaning", "instruction"]
RULE = {"type": "boolean", "default": True}
FAULTS = {
    "no name": ({"name": ""}, "name"),
    "a blank name": ({"name": " "}, "name"),
    "a name of two lines": ({"name": "a\nb"}, "name"),
    "a name with NUL": ({"name": "a\x00b"}, "name"),
    "a long name": ({"name": "a" * 101}, "name"),
    "a number for a name": ({"name": 7}, "name"),
    "a long description": ({"description": "a" * 501}, "description"),
    "a long category": ({"category": "a" * 41}, "category"),
    "an unknown style": ({"style": "loud"}, "style"),
    "an unknown policy": ({"meaning": "keep"}, "meaning"),
    "a blank instruction": ({"instruction": " \n"}, "instruction"),
    "NUL in the instruction": ({"instruction": "a\x00b"}, "instruction"),
    "a long instruction": ({"instruction": "a" * 4001}, "instruction"),
    "an undeclared parameter": ({"instruction": "Be {tone}."}, "parameters"),
    "an unused parameter": ({"parameters": TONES}, "parameters"),
    "no schema": ({"parameters": {"tone": "text"}}, "parameters"),
    "a list for a schema": ({"parameters": []}, "parameters"),
    "a reference": ({"parameters": TONES | {"$ref": "https://example.org/x"}}, "parameters"),
    "a number no store holds": (
        {
            "instruction": "{n}",
            "parameters": TONES
            | {"properties": {"n": {"type": "integer", "minimum": 0, "maximum": 2**64 - 1}}},
        },
        "parameters",
    ),
    "somebody's owner": ({"owner": "s" + "0" * 32}, "owner"),
    "an id": ({"id": "clearer"}, "id"),
    "a version": ({"version": 7}, "version"),
    "the system's mark": ({"system": True}, "system"),
    "a date": ({"created_at": "2026-01-01T00:00:00Z"}, "created_at"),
    "a tombstone": ({"deleted_at": None}, "deleted_at"),
    "a source": ({"forked_from": {"id": "clearer", "version": 1}}, "forked_from"),
}


def at_fault(answer):
    assert answer.status_code == 400, answer.text
    ErrorBody.model_validate(answer.json())
    return {detail["field"] for detail in answer.json()["error"]["details"]}


class TestFields:
    @pytest.mark.parametrize("fault", FAULTS)
    def test_what_is_wrong_is_refused_by_name(self, writer, fault):
        said, field = FAULTS[fault]
        mine = make(writer)

        assert field in at_fault(writer.http.post(TEMPLATES, json=body(**said)))
        assert field in at_fault(put(writer, mine["id"], **said))
        assert ids(writer, owner="me") == [mine["id"]]
        assert get(writer, mine["id"]).json() == mine

    @pytest.mark.parametrize("operator", OPERATORS, ids=str)
    @pytest.mark.parametrize("field", [*FIELDS, "parameters"])
    def test_no_field_takes_an_operator(self, writer, field, operator):
        answer = writer.http.post(TEMPLATES, json=body(**{field: operator}))

        assert any(name.startswith(field) for name in at_fault(answer))

    @pytest.mark.parametrize("key", ["$where", "a.b", "", "$"])
    def test_no_key_of_a_schema_reaches_the_store(self, writer, key):
        for schema in (TONES | {"properties": {key: RULE}}, TONES | {key: RULE}):
            said = {"instruction": f"Be {{{key}}}.", "parameters": schema}
            assert at_fault(writer.http.post(TEMPLATES, json=body(**said))) == {"parameters"}

    @pytest.mark.parametrize("field", ["name", "version"])
    @pytest.mark.parametrize("operator", OPERATORS, ids=str)
    def test_nor_does_a_fork_take_one(self, writer, field, operator):
        answer = writer.http.post(f"{TEMPLATES}/clearer/fork", json={field: operator})

        assert field in at_fault(answer)

    def test_text_that_looks_like_an_operator_is_text(self, writer):
        said = {"name": '{"$gt": ""}', "category": "$ne", "instruction": '{"$where": "1"}'}
        view = make(writer, **said)

        assert view.items() >= said.items()
        assert ids(writer, category="$ne", owner="me") == [view["id"]]
        assert ids(writer, category='{"$ne": "x"}', owner="me") == []
        assert ids(writer, q="gt.*", owner="me") == [view["id"]]
        assert ids(writer, q=".*", category="none", owner="me") == []

    def test_no_fault_repeats_what_was_said(self, writer):
        said = dict.fromkeys(FIELDS, f"{TELLTALE} \x00" * 900) | {"parameters": {TELLTALE: 1}}

        assert TELLTALE not in writer.http.post(TEMPLATES, json=body(**said)).text

    @pytest.mark.parametrize("method", ["POST", "PUT"])
    def test_a_body_of_another_type_is_refused(self, writer, method):
        path = TEMPLATES + ("/" + make(writer)["id"] if method == "PUT" else "")
        answer = writer.http.request(method, path, content=b"name=x")

        assert answer.status_code == 415


class TestSomebodyElses:
    @pytest.mark.parametrize(
        ("method", "tail"),
        [
            *(("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/versions")),
            *(("GET", "/versions/1"), ("POST", "/fork"), ("GET", "/performance")),
        ],
    )
    def test_it_looks_like_none_at_all(self, writer, other_writer, method, tail):
        mine = make(writer)
        said = body() if method == "PUT" else None
        answers = [
            other_writer.http.request(method, f"{TEMPLATES}/{known}{tail}", json=said)
            for known in (mine["id"], f"tpl_{0:032x}", "tpl_$ne", "x")
        ]

        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.json()["error"]["message"] for answer in answers}) == 1
        assert get(writer, mine["id"]).json() == mine

    def test_it_is_in_nobodys_list(self, writer, other_writer):
        mine = make(writer, name="Xyzzy")["id"]

        assert mine not in ids(other_writer)
        assert ids(other_writer, q="xyzzy") == ids(other_writer, owner="me", cursor=mine) == []

    def test_a_fork_of_it_is_refused_in_every_version(self, writer, other_writer):
        mine = make(writer)["id"]
        answer = other_writer.http.post(f"{TEMPLATES}/{mine}/fork", json={"version": 1})

        assert answer.status_code == 404

import pytest

from shared.domain.parameter_schemas import schema_faults

LIMITS = {"minimum": 1, "maximum": 9}


def schema(**properties):
    return {"type": "object", "additionalProperties": False, "properties": properties}


def faults(instruction="Be {x}.", **rule):
    return list(schema_faults(schema(x=rule), instruction))


class TestSchemaFaults:
    @pytest.mark.parametrize(
        "rule",
        [
            {"type": "string", "default": "kind"},
            {"type": "string", "enum": ["kind", "firm"], "default": "kind", "title": "Tone"},
            {"type": "string", "format": "multiline", "maxLength": 999, "default": "a\nb"},
            {"type": "integer", "default": 3} | LIMITS,
            {"type": "number", "default": 3.5} | LIMITS,
            {"type": "boolean", "default": True},
        ],
    )
    def test_it_takes_what_is_simple(self, rule):
        assert faults(**rule) == []

    @pytest.mark.parametrize(
        "rule",
        [
            {"type": "string"},  # neither a default nor required
            {"type": "string", "pattern": "(a+)+$", "default": "a"},
            {"type": "string", "$ref": "https://example.org/schema", "default": "a"},
            {"type": "array", "default": []},
            {"type": ["string", "null"], "default": "a"},
            {"type": "integer", "default": 3},  # without limits
            {"type": "integer", "default": 30} | LIMITS,
            {"type": "integer", "minimum": "1", "maximum": 9, "default": 3},
            {"type": "string", "enum": ["a", 1], "default": "a"},
            {"type": "string", "default": "a\nb"},
            {"default": "a"},
        ],
    )
    def test_it_refuses_what_is_not(self, rule):
        assert faults(**rule)

    def test_a_rule_that_allows_all_is_refused(self):
        assert list(schema_faults(schema(x=True), "Be {x}."))

    def test_what_is_described_stands_in_the_instruction_and_the_other_way_round(self):
        rule = {"type": "boolean", "default": True}

        assert faults("Be kind.", **rule)
        assert faults("Be {x} and {y}.", **rule)

    def test_what_is_required_is_described(self):
        assert list(schema_faults(schema() | {"required": ["y"]}, "Be kind."))
        assert not list(
            schema_faults(schema(x={"type": "string"}) | {"required": ["x"]}, "Be {x}.")
        )

    @pytest.mark.parametrize(
        "more", [{"additionalProperties": True}, {"type": "array"}, {"anyOf": []}, {"$defs": {}}]
    )
    def test_the_whole_is_a_closed_object(self, more):
        assert list(schema_faults(schema() | more, "Be kind."))

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


class TestSchemasFromAnybody:
    """They are refused with a fault, and soon, whatever they are."""

    @pytest.mark.parametrize(
        "properties",
        [
            7,
            ["x"],
            {"x": None},
            {"x": {"type": {}}},
            {"x": {"type": "string", "default": "a\x00"}},
            {"x": {"type": "string", "default": "a" * 501, "maxLength": 900}},
            {"x": {"type": "string", "default": "", "maxLength": 2001}},
            {"x": {"type": "string", "default": "", "maxLength": 2**70}},
            {"x": {"type": "string", "default": "", "format": "uri"}},
            {"x": {"type": "string", "default": "", "title": {"$ref": "https://example.org"}}},
            {"x": {"type": "string", "default": "a", "enum": [["a"]]}},
            {"x": {"type": "string", "default": "a", "enum": "a"}},
            {"x": {"type": "string", "default": "0", "enum": [str(n) for n in range(51)]}},
            {"x": {"type": "integer", "default": 2**63, "minimum": 0, "maximum": 2**64}},
            {"x": {"type": "number", "default": 1e300, "minimum": 0, "maximum": 1e308}},
            {f"x{n}": {"type": "boolean", "default": True} for n in range(21)},
            {"$where": {"type": "boolean", "default": True}},
        ],
    )
    def test_odd_properties_are_refused(self, properties):
        whole = schema() | {"properties": properties}

        assert list(schema_faults(whole, "Be {x}."))

    @pytest.mark.parametrize("required", [7, "x", [1], {"x": 1}, ["x"] * 2, ["x" * 501]])
    def test_odd_requirements_are_refused(self, required):
        whole = schema(x={"type": "boolean", "default": True}) | {"required": required}

        assert list(schema_faults(whole, "Be {x}."))

    def test_a_nest_is_refused_before_it_is_followed(self):
        nest = {}
        for _ in range(5000):
            nest = {"not": nest}

        assert faults(type="boolean", default=nest)

    def test_a_parameter_named_over_and_over_is_refused(self):
        rule = {"type": "boolean", "default": True}

        assert faults("{x}" * 50, **rule) == []
        assert faults("{x}" * 51, **rule)

    def test_no_fault_repeats_what_is_no_name(self):
        secret = "tell nobody"
        whole = schema(**{secret: {"type": "boolean"}}) | {secret: 1}

        assert secret not in "".join(schema_faults(whole, "Be kind."))

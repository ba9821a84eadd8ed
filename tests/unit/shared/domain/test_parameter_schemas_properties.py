"""Whatever is sent as a schema: it is refused, or can be kept and used."""

import string
from contextlib import suppress

import bson
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.parameter_schemas import schema_faults
from shared.domain.parameters import ParametersError, fill_instruction

SHORT = st.text(max_size=5)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**64), 2**64),
    st.floats(allow_nan=False, allow_infinity=False),
    SHORT,
)
ANY = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SHORT, inner, max_size=3)
)
SIZES = st.integers(-1, 5) | SCALARS
GOOD = st.sampled_from(
    [
        {"type": "string", "default": "a", "maxLength": 5},
        {"type": "integer", "default": 3, "minimum": 1, "maximum": 2**53},
        {"type": "number", "default": 0.5, "minimum": -1, "maximum": 1},
        {"type": "boolean", "default": True},
    ]
)
ODD = st.fixed_dictionaries(
    {"type": st.sampled_from(["string", "integer", "number", "boolean"]) | ANY},
    optional={
        "default": SCALARS | ANY,
        "minimum": SIZES,
        "maximum": SIZES,
        "minLength": SIZES,
        "maxLength": SIZES,
        "enum": st.lists(st.text(max_size=3), max_size=4) | ANY,
        "format": st.just("multiline") | SCALARS,
        "title": SCALARS,
        "pattern": SCALARS,
    },
)
RULES = GOOD | ODD
NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=3) | SHORT
SCHEMAS = st.fixed_dictionaries(
    {
        "type": st.just("object"),
        "additionalProperties": st.just(False),
        "properties": st.dictionaries(NAMES, RULES | ANY, max_size=3) | ANY,
    },
    optional={"required": st.lists(NAMES, max_size=2) | ANY, "$ref": SHORT},
)


@settings(max_examples=100, derandomize=True, database=None)
@given(SCHEMAS, st.dictionaries(NAMES, SCALARS, max_size=3))
def test_no_schema_breaks_anything(schema, given_values):
    names = schema["properties"] if isinstance(schema["properties"], dict) else ()
    instruction = "".join(f"{{{name}}}" for name in names)
    if list(schema_faults(schema, instruction)):
        return

    assert bson.decode(bson.encode(schema)) == schema
    for values in ({}, given_values):
        with suppress(ParametersError):
            fill_instruction(instruction, schema, values)


def test_some_are_taken():
    taken = []

    @settings(max_examples=100, derandomize=True, database=None)
    @given(SCHEMAS)
    def look(schema):
        names = schema["properties"] if isinstance(schema["properties"], dict) else ()
        if names and not list(schema_faults(schema, "".join(f"{{{n}}}" for n in names))):
            taken.append(schema)

    look()
    assert taken

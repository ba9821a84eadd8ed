import pytest

from shared.domain.time_limits import TimeLimits
from workers.ai.dialects import OPTIONS, Dialects
from workers.ai.provider import Message, ModelCall
from workers.ai.server_words import complaint

M = "m"
LIMITS = TimeLimits(connect_s=5, first_token_s=30, between_tokens_s=30, total_s=60)
NAMES = [option.name for option in OPTIONS]
BAD = "invalid_request_error"
# As the servers word it; from their public issue trackers.
REFUSALS = {
    "response_format": [
        {
            "message": "Invalid parameter: 'response_format' of type 'json_schema' is not "
            "supported with this model.",
            "type": BAD,
            "param": "response_format",
            "code": None,
        },
        {"message": "This response_format type is unavailable now", "type": BAD, "param": None},
        {"message": "This model does not support response format `json_schema`. See our docs"},
        "'response_format.type' must be 'json_schema' or 'text'",
        {"message": 'response_format type must be one of "text" or "json_object"', "code": 500},
        {"detail": "1 validation error\nresponse_format\n  extra fields not permitted"},
        {"message": "Failed to deserialize the JSON body: response_format.type `json_schema` is"},
        {"message": "Failed to validate JSON", "type": BAD, "code": "json_validate_failed"},
    ],
    "stream_options": [
        {"message": "Unrecognized request argument supplied: stream_options", "type": BAD},
        {"message": "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'x'}]"},
    ],
    "max_completion_tokens": [
        {"message": "Unrecognized request argument supplied: max_completion_tokens", "type": BAD},
        {
            "object": "error",
            "message": {
                "detail": [
                    {
                        "type": "extra_forbidden",
                        "loc": ["body", "max_completion_tokens"],
                        "msg": "Extra inputs are not permitted",
                        "input": {"response_format": 1},
                    }
                ]
            },
        },
        {"message": "unknown field `max_completion_tokens`, expected one of `response_format`"},
    ],
    "system_role": [
        {"object": "error", "message": "System role not supported", "param": None, "code": 400},
        {
            "message": "Unsupported value: 'messages[0].role' does not support 'system' with this "
            "model.",
            "param": "messages[0].role",
            "code": "unsupported_value",
        },
        {"message": "Developer instruction is not enabled for models/gemma-3-27b-it"},
        {"message": "Conversation roles must alternate user/assistant/user/assistant/..."},
    ],
}
ALL = [(name, body) for name in REFUSALS for body in REFUSALS[name]]


def a_call(schema=None, roles=("system", "user")):
    messages = tuple(Message(role, role.upper()) for role in roles)
    return ModelCall(messages, schema, task=None, limits=LIMITS, max_output_tokens=9)


CALL = a_call({"type": "object"})


@pytest.mark.parametrize(("name", "body"), ALL)
def test_each_server_has_its_words_for_what_it_does_not_know(name, body):
    changed = Dialects().of(M).after(complaint(body), CALL)

    assert changed.forms == tuple(int(option == name) for option in NAMES)


@pytest.mark.parametrize(
    "body",
    [
        *(None, "", [], {}, {"message": "The model `m` does not exist", "code": "model_not_found"}),
        {"message": "Incorrect API key provided", "code": "invalid_api_key"},
        {"message": "max_completion_tokens is too large: 9. This model supports at most 4"},
        {"message": "This model's maximum context length is 9; response_format has 8", "code": 400},
        {"message": "Bad", "detail": [{"loc": ["x"], "input": {"stream_options": "unknown"}}]},
    ],
)
def test_what_refuses_something_else_changes_nothing(body):
    assert Dialects().of(M).after(complaint(body), CALL) is None


def test_what_was_never_said_was_not_refused():
    assert Dialects().of(M).after("response_format is unsupported", a_call()) is None


def spoken(*refused, call=CALL):
    """Return the arguments after these refusals."""
    dialect = Dialects().of(M)
    for name in refused:
        dialect = dialect.after(complaint(REFUSALS[name][0]), call)
    return dialect.arguments(call)


def test_the_schema_gives_way_to_json_and_json_to_nothing():
    forms = [spoken(*["response_format"] * times).get("response_format") for times in range(3)]

    assert [form and form["type"] for form in forms] == ["json_schema", "json_object", None]


def test_a_reply_is_never_without_a_bound():
    said = spoken("max_completion_tokens")

    assert (said["max_tokens"], "max_completion_tokens" in said) == (9, False)


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        (("system", "user"), ["user SYSTEM\n\nUSER"]),
        (("system", "user", "assistant", "user"), ["user SYSTEM\n\nUSER", "assistant", "user"]),
        (("system", "assistant", "user"), ["user SYSTEM", "assistant", "user"]),
    ],
)
def test_without_a_system_role_the_user_gives_the_instructions(roles, told):
    messages = spoken("system_role", call=a_call(roles=roles))["messages"]
    said = [f"{turn['role']} {turn['content']}" for turn in messages]

    assert [said[0], *(one.split(" ")[0] for one in said[1:])] == told


class TestDialects:
    def test_what_was_learned_is_forgotten_so_that_a_better_server_is_noticed(self):
        now = [0.0]
        dialects = Dialects(clock=lambda: now[0])
        best = dialects.of(M)
        dialects.learn(M, best.after("response_format", CALL))
        learned, other = dialects.of(M), dialects.of("other")
        now[0] = 601.0

        assert learned != best
        assert dialects.of(M) == other == best

    def test_threads_that_learn_at_once_forget_nothing(self):
        dialects = Dialects()
        best = dialects.of(M)
        dialects.learn(M, best.after("response_format", CALL))
        dialects.learn(M, best.after("unknown: stream_options", CALL))

        assert dialects.of(M).forms == (1, 1, 0, 0)

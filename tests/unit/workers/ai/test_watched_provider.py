from contextlib import suppress

from structlog.contextvars import bound_contextvars, get_contextvars
from structlog.testing import capture_logs

from shared.domain.time_limits import TimeLimits
from shared.errors import ProviderError
from workers.ai.provider import Finished, Message, ModelCall, TextDelta, TokenUsage
from workers.ai.watched_provider import WatchedProvider

LIMITS = TimeLimits(connect_s=1, first_token_s=1, between_tokens_s=1, total_s=1)
CALL = ModelCall((Message("user", "xyzzy"),), None, None, LIMITS, 10, trace="00-a-b-01")
PARTS = [TextDelta("Go"), TextDelta(" on"), TokenUsage(5, 0, 7), Finished("stop")]


class Says:
    """A provider that says these parts, and then raises the error if there is one."""

    model = "parrot-1"

    def __init__(self, parts, error=None):
        self.parts, self.error, self.calls = parts, error, []

    def stream(self, call, _stop):
        self.calls.append(call)
        yield from self.parts
        if self.error:
            raise self.error


def told_of(provider, read=list):
    """Return the one line about a call, whatever it ends with."""
    with capture_logs() as lines, suppress(ProviderError, KeyError):
        read(WatchedProvider(provider, "models.example.com").stream(CALL, None))
    (line,) = lines
    return line


class TestWatchedProvider:
    def test_it_changes_nothing_of_the_reply(self):
        provider = Says(PARTS)
        watched = WatchedProvider(provider, "models.example.com")

        assert list(watched.stream(CALL, None)) == PARTS
        assert provider.calls == [CALL]  # without traces the caller's goes on
        assert watched.model == "parrot-1"

    def test_it_tells_of_the_call_in_one_line(self):
        line = told_of(Says(PARTS))

        assert (line["event"], line["model"], line["outcome"]) == (
            "model_called",
            "parrot-1",
            "complete",
        )
        assert (line["input_tokens"], line["output_tokens"]) == (5, 7)
        assert line["duration_ms"] >= line["first_token_ms"] >= 0
        assert "xyzzy" not in str(line)

    def test_a_failure_has_its_code(self):
        line = told_of(Says(PARTS[:1], ProviderError("xyzzy")))

        assert (line["outcome"], line["code"]) == ("failed", "PROVIDER_ERROR")
        assert "xyzzy" not in str(line)

    def test_whatever_else_ends_it_has_stopped_it(self):
        line = told_of(Says([], KeyError("xyzzy")))

        assert (line["outcome"], line["error"]) == ("stopped", "KeyError")
        assert "first_token_ms" not in line

    def test_a_reader_may_stop(self):
        line = told_of(Says(PARTS), read=lambda parts: (next(parts), parts.close()))

        assert line["outcome"] == "stopped"

    def test_an_earlier_calls_id_is_forgotten(self):
        watched = WatchedProvider(Says(PARTS), "models.example.com")
        with bound_contextvars(provider_request_id="req-of-an-earlier-call"):
            bound = [dict(get_contextvars()) for _ in watched.stream(CALL, None)]

        assert len(bound) == len(PARTS)
        assert not any("provider_request_id" in each for each in bound)

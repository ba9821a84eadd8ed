import io

import pytest
from copydesk.cli.meters import LINE_EVERY_S, Lines
from copydesk.cli.states import RunState, dollars, duration
from rich.console import Console

HEARD = [
    ("job.queued", {"position": 0}),
    ("job.waiting", {"reason": "dependency", "until": None}),
    ("section.started", {"section_id": "sec_1", "attempt": 1}),
    ("suggestion.created", {"suggestion": {}}),
    ("section.completed", {"section_id": "sec_1", "cached": True}),
    ("usage.updated", {"usage": {"cost_usd": 0.00042}}),
    ("job.progress", {"done": 1, "total": 3}),
    ("section.failed", {"section_id": "sec_2"}),
    ("job.progress", {"done": 2, "total": 3}),
]


@pytest.fixture
def state():
    heard = RunState("notes.md")
    for event, data in HEARD:
        heard.hear(event, data)
    return heard


class TestRunState:
    def test_it_tells_what_the_events_told(self, state):
        state.eta_s, state.saved_usd = 12.4, 0.5

        assert state.told == (
            "2/3 sections · 1 suggestion · 1 failed · $0.00042 · saved $0.50 · 12 s left"
        )
        assert state.cached == 1

    @pytest.mark.parametrize(("end", "told"), [("succeeded", "done"), ("expired", "expired")])
    def test_it_knows_the_end(self, state, end, told):
        state.hear(f"job.{end}", {"job": {}})

        assert state.is_over
        assert state.told.endswith(f" · {told}")

    def test_it_says_why_nothing_moves(self, state):
        state.hear("job.waiting", {"reason": "circuit_open", "until": None})

        assert state.told.endswith("waits: the model is away")

    def test_it_takes_events_that_it_does_not_know(self, state):
        state.hear("comet.seen", {})


class TestLines:
    def test_it_shows_a_line_now_and_then_and_the_last_one(self, state):
        now, paper = [0.0], io.StringIO()
        lines = Lines(Console(file=paper), clock=lambda: now[0])
        for at in (0.0, 1.0, LINE_EVERY_S, LINE_EVERY_S + 1):
            now[0] = at
            lines.show(state)
        state.hear("job.succeeded", {"job": {}})
        lines.show(state)

        assert len(paper.getvalue().splitlines()) == 3


@pytest.mark.parametrize(
    ("amount", "told"), [(0, "$0.00"), (0.00012, "$0.00012"), (1.5, "$1.50"), (None, "")]
)
def test_dollars_have_the_places_that_say_something(amount, told):
    assert dollars(amount) == told


@pytest.mark.parametrize(("seconds", "told"), [(0.2, "1 s"), (99, "99 s"), (240, "4 min")])
def test_a_duration_is_round(seconds, told):
    assert duration(seconds) == told

from types import SimpleNamespace

import pytest
from jinja2 import Environment, FileSystemLoader

from shared.jobs.provider_calls import BreakerPhase, BreakerState, DayBudget
from tests.stack import ROOT
from web.services.ops_words import FILTERS

LONG = "meta-llama/Llama-3.3-70B-Instruct-Turbo"


@pytest.fixture
def shown():
    """Return a function that returns what the page says of a model's breaker."""
    pages = Environment(loader=FileSystemLoader(ROOT / "web" / "pages"), autoescape=True)
    pages.filters |= FILTERS
    parts = pages.get_template("ops/parts.html").module

    def show(phase):
        breaker = BreakerState("127.0.0.1", LONG, phase, 5, 1_795_450_866_184)
        now = SimpleNamespace(budget=DayBudget(0.0103, 0, 0.5), breakers=[breaker])
        return pages.get_template("ops/provider.html").render(now=now, parts=parts)

    return show


def test_a_breaker_that_is_open_says_until_when(shown):
    assert "16:21:06</time> UTC" in shown(BreakerPhase.OPEN)


@pytest.mark.parametrize("phase", [BreakerPhase.CLOSED, BreakerPhase.HALF_OPEN])
def test_another_one_has_no_end(shown, phase):
    assert "until" not in shown(phase)


def test_a_name_that_is_cut_can_be_read_whole(shown):
    assert f'title="{LONG}"' in shown(BreakerPhase.CLOSED)

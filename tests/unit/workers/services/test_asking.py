import json

import pytest

from shared.domain.placements import SuggestionSheet
from shared.domain.prompts import Prompt
from shared.domain.proposals import Spread
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import Span, TextFormat
from shared.errors import ContentRefusedError, NoValidSuggestionsError, ProviderError
from shared.jobs.records import Usage
from shared.jobs.states import Outcome
from tests.unit.workers.services.test_metering import CALL
from workers.ai.provider import Finished, RefusalDelta, TextDelta, TokenUsage
from workers.services.asking import Asking
from workers.services.interrupts import Interrupt
from workers.services.window_calls import WindowCall

TEXT = "one two. three four. five six."
PARTS = (Span(0, 9), Span(9, 21), Span(21, 30))


def reply(*words):
    return json.dumps({"suggestions": [{"original": w, "suggested": w.upper()} for w in words]})


def said(text, *, end="stop"):
    return [TextDelta(text), TokenUsage(10, 4, 2), Finished(end)]


class Scripted:
    """A provider that says one thing after the other."""

    model = "gpt-4o-mini"

    def __init__(self, *replies):
        self._replies = iter(replies)

    def stream(self, call, stop):
        for part in next(self._replies):
            if isinstance(part, Exception):
                raise part
            yield part


class Notebook:
    """Takes what a claim is told."""

    def __init__(self):
        self.answered_by = ""
        self.interrupt = Interrupt(total_s=60)
        self.count = Usage
        self.told, self.lots = [], 0

    @property
    def usage(self):
        return self.count()

    def emit(self, *events):
        self.lots += 1
        self.told += [event.name for event in events]


@pytest.fixture
def claim():
    return Notebook()


def ask(claim, *replies, most=20, windows=None, tell=None):
    request = SuggestionRequest(
        TEXT, Span(0, 30), TextFormat.TEXT, Prompt("Edit."), max_suggestions=most
    )
    spread = Spread(SuggestionSheet(request), request)
    asking = Asking(Scripted(*replies), claim, spread, tell)
    calls = [WindowCall(part, CALL) for part in PARTS[: windows or len(replies)]]
    return asking.ask_all(calls), spread.sheet.suggestions


class TestAskAll:
    def test_each_window_has_its_say_and_its_edits_stand_in_its_part(self, claim):
        replies = [said(reply("two", "five")), said(reply("three")), said(reply("six"))]
        told, placed = ask(claim, *replies)

        assert [one["original"] for one in placed] == ["two", "three", "six"]
        assert [proposal.part for proposal in told.proposals] == [PARTS[0], *PARTS]
        assert told.outcome is Outcome.COMPLETE

    def test_what_comes_is_told_at_once_and_so_is_how_far_it_is(self, claim):
        ask(claim, said(reply("two")), said(reply("three")))

        assert claim.told == ["job.progress", "suggestion.created"] * 2

    def test_it_can_be_told_in_another_way(self, claim):
        heard = []
        ask(claim, said(reply("two")), said(reply("three")), tell=lambda *e: heard.extend(e))

        assert claim.told == []
        assert [e.name for e in heard] == ["job.progress", "suggestion.created"] * 2

    def test_what_is_told_may_stop_it(self, claim):
        def stop(*_):
            raise ProviderError("stopped")

        with pytest.raises(ProviderError, match="stopped"):
            ask(claim, said(reply("two")), said(reply("three")), tell=stop)

    def test_thousands_of_items_in_one_piece_are_told_by_the_lot(self, claim):
        flood = '{"suggestions": [' + "3, " * 5000 + reply("two")[17:]
        told, _ = ask(claim, said(flood))

        assert claim.told == ["suggestion.dropped"] * 5000 + ["suggestion.created"]
        assert len(told.events) == 5001
        assert claim.lots < 150

    def test_what_had_to_wait_for_room_is_told_at_the_end(self, claim):
        _, placed = ask(claim, said(reply("one", "two")), said(reply()), said(reply()), most=2)

        assert [one["original"] for one in placed] == ["one", "two"]
        assert claim.told[-2:] == ["job.progress", "suggestion.created"]

    def test_usage_and_cost_are_summed(self, claim):
        ask(claim, said(reply()), said(reply()), said(reply()))
        usage = claim.usage

        assert (usage.input_tokens, usage.cached_tokens, usage.output_tokens) == (30, 12, 6)
        assert usage.cost_usd == pytest.approx(18 * 0.15e-6 + 12 * 0.075e-6 + 6 * 0.6e-6)

    @pytest.mark.parametrize(
        "useless",
        [
            [[RefusalDelta(), *said("")]],
            [said("I would rather not."), said("Never.")],
            [said("")],
            [said('{"sugg', end="length")],
        ],
        ids=["refused", "unreadable", "empty", "cut at once"],
    )
    def test_one_useless_reply_among_others_makes_it_partial(self, claim, useless):
        told, placed = ask(claim, said(reply("two")), *useless, said(reply("six")), windows=3)

        assert [one["original"] for one in placed] == ["two", "six"]
        assert told.outcome is Outcome.PARTIAL
        assert claim.usage.output_tokens == 4 + 2 * len(useless)

    def test_one_that_was_cut_makes_it_partial(self, claim):
        cut = said(reply("two", "one")[:-20], end="length")

        assert ask(claim, cut, said(reply("three")))[0].outcome is Outcome.PARTIAL

    def test_if_all_are_useless_that_is_how_the_job_ends(self, claim):
        refused = [RefusalDelta(), *said("")]

        with pytest.raises(ContentRefusedError):
            ask(claim, refused, said("No."), said("No."), windows=2)
        with pytest.raises(NoValidSuggestionsError):
            ask(claim, said("No."), said("No."), windows=1)

    def test_only_one_reply_of_a_job_is_asked_for_again(self, claim):
        replies = [said("No."), said(reply("two")), said("No."), said(reply("six"))]
        told, placed = ask(claim, *replies, windows=3)

        assert [one["original"] for one in placed] == ["two", "six"]
        assert told.outcome is Outcome.PARTIAL

    def test_a_failure_of_the_provider_ends_the_attempt(self, claim):
        with pytest.raises(ProviderError):
            ask(claim, said(reply("two")), [ProviderError("away")], said(reply("six")))

        assert claim.told.count("suggestion.created") == 1

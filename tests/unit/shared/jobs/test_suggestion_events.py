import orjson
import pytest

from shared.domain.placements import SuggestionSheet
from shared.domain.prompts import Prompt
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.suggestions import Edit
from shared.domain.text import Span, TextFormat
from shared.jobs.suggestion_events import event_of

REQUEST = SuggestionRequest("A big plan.", Span(0, 11), TextFormat.TEXT, Prompt("Edit."))


@pytest.fixture
def sheet():
    return SuggestionSheet(REQUEST, epoch=1)


class TestEventOf:
    def test_a_suggestion_is_told_as_clients_see_it(self, sheet):
        event = event_of(sheet.add(Edit("big", "large")))

        assert event.name == "suggestion.created"
        assert orjson.loads(event.data) == {"suggestion": sheet.suggestions[0]}

    @pytest.mark.parametrize(
        ("edit", "reason"),
        [
            (Edit("none", "x"), "QUOTE_NOT_FOUND"),
            (Edit("big", "big"), "NO_CHANGE"),
            (None, "UNREADABLE"),
        ],
    )
    def test_a_drop_is_told_with_its_reason_and_no_words(self, sheet, edit, reason):
        event = event_of(sheet.add(edit))

        assert event.name == "suggestion.dropped"
        assert orjson.loads(event.data) == {"reason": reason}

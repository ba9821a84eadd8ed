import orjson
import pytest

from shared.domain.chat import ChatRequest, ChatTurn, answer_to, message_ids, title_of
from shared.domain.prompts import Prompt
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import Span, TextFormat


class TestIds:
    def test_they_sort_as_the_messages_were_said(self):
        first, second = message_ids("01"), message_ids("02")

        assert sorted([*second, *first]) == [*first, *second]

    def test_an_answer_is_found_by_its_question(self):
        question_id, answer_id = message_ids("0f")

        assert answer_to(question_id) == answer_id


class TestTitleOf:
    @pytest.mark.parametrize(
        ("message", "title"),
        [
            ("Shorter,\n please", "Shorter, please"),
            ("word " * 20, "word " * 11 + "word…"),
            ("x" * 70, "x" * 60 + "…"),
            (" \n" * 200 + "Shorter", "Shorter"),
        ],
    )
    def test_it_is_the_first_words_on_one_line(self, message, title):
        assert title_of(message) == title


def test_a_turn_comes_back_from_where_it_was_stored():
    document = SuggestionRequest("A plan.", Span(2, 6), TextFormat.MARKDOWN, Prompt(""))
    turn = ChatTurn("s1", "conv_1", "q", "a", True, ChatRequest("Shorter?", document, "m"))

    assert ChatTurn.from_stored(orjson.loads(orjson.dumps(turn))) == turn

"""Turns of conversations, for tests."""

from shared.domain.chat import ChatRequest, ChatTurn, message_ids
from shared.domain.prompts import Prompt
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import Span, TextFormat

ME, OTHER = "s1", "s2"


def a_turn(number=1, *, message=None, document="A big plan.", is_first=None, owner=ME):
    """Return a turn of the conversation `conv_1`, the first of which begins it."""
    span = Span(0, len(document))
    about = SuggestionRequest(document, span, TextFormat.TEXT, Prompt(""))
    question_id, answer_id = message_ids(f"{number:032}")
    first = number == 1 if is_first is None else is_first
    request = ChatRequest(message or f"Question {number}", about, "m")
    return ChatTurn(owner, "conv_1", question_id, answer_id, first, request)

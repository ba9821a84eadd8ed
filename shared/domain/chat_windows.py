"""How much of a conversation and of a document a model is shown: whole turns, within a budget."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from shared.domain.chat import ChatMessage, Role, answer_to
from shared.domain.text import Span

# What the chat format adds to each message: OpenAI, "How to count tokens with Tiktoken".
TOKENS_BESIDE_MESSAGE = 4
_ANSWER_TOKENS = 4096
_EDIT_TOKENS = 4096
_LEAST_DOCUMENT = 512
_DOCUMENT_SHARE = 0.75  # of what system message and question leave; history gets the rest
# Where a long document may be cut: behind white space, or anywhere in a word without end.
_PIECE = re.compile(r"(?:.{300,600}?\s|.{1,600})", re.DOTALL)

Count = Callable[[Sequence[str]], Sequence[int]]  # gives the tokens of each text


@dataclass(frozen=True)
class ChatContext:
    """What of a conversation and its document goes to the model, and what does not.

    `history` is in the order in which it was said, question and answer in turn. Of the document the
    model sees the stretch `seen`, and in it the `part` that may be edited.
    """

    history: tuple[ChatMessage, ...]
    omitted_messages: int
    seen: Span
    part: Span
    is_cut: bool


@dataclass(frozen=True)
class History:
    """The newest messages of a conversation, newest first, and how many there are in all."""

    newest: tuple[ChatMessage, ...]
    total: int


def answer_budget(has_document: bool) -> int:
    """Return how many tokens an answer may have, with edits of a document where there is one."""
    return _ANSWER_TOKENS + (_EDIT_TOKENS if has_document else 0)


def choose_context(
    history: History, document: tuple[str, Span], budget: int, count: Count
) -> ChatContext:
    """Return what fits into a budget of tokens: the document first, then the newest turns.

    `document` is the text and the part of it that is selected. Of the document a least part is
    shown whatever the budget; the newest turns follow as long as they fit whole.
    """
    content, within = document
    share = max(_LEAST_DOCUMENT, int(budget * _DOCUMENT_SHARE))
    seen, tokens = _document_window(content, within, share, count)
    chosen = _newest_turns(history.newest, budget - tokens, count)
    return ChatContext(
        history=chosen,
        omitted_messages=history.total - len(chosen),
        seen=seen,
        part=Span(max(within.start, seen.start), min(within.end, seen.end)),
        is_cut=seen != Span(0, len(content)),
    )


def _newest_turns(
    newest: Sequence[ChatMessage], budget: int, count: Count
) -> tuple[ChatMessage, ...]:
    """Return turns as long as they fit, oldest first; a question without answer is no turn."""
    chosen: list[ChatMessage] = []
    for question, answer in _turns(newest):
        budget -= sum(count([question.content, answer.content])) + 2 * TOKENS_BESIDE_MESSAGE
        if budget < 0:
            break
        chosen += answer, question
    return tuple(reversed(chosen))


def _turns(newest: Sequence[ChatMessage]) -> Iterator[tuple[ChatMessage, ChatMessage]]:
    answers = {message.id: message for message in newest if message.role is Role.ASSISTANT}
    for question in newest:
        answer = answers.get(answer_to(question.id))
        if answer and answer.content.strip() and question.role is Role.USER:
            yield question, answer


def _document_window(content: str, within: Span, budget: int, count: Count) -> tuple[Span, int]:
    """Return the part around what is selected that fits, and its tokens; at least one piece."""
    pieces = [Span(*found.span()) for found in _PIECE.finditer(content)]
    costs = count([piece.of(content) for piece in pieces])
    if sum(costs) <= budget:
        return Span(0, len(content)), sum(costs)
    focus = within if within != Span(0, len(content)) else Span(0, 1)
    chosen = [n for n, piece in enumerate(pieces) if piece.overlaps(focus)]
    while len(chosen) > 1 and sum(costs[n] for n in chosen) > budget:
        chosen.pop()
    first, last = _grown(chosen[0], chosen[-1], budget, costs)
    return Span(pieces[first].start, pieces[last].end), sum(costs[first : last + 1])


def _grown(first: int, last: int, budget: int, costs: Sequence[int]) -> tuple[int, int]:
    """Add pieces behind and before in turn, as long as they fit."""
    left = budget - sum(costs[first : last + 1])
    grows = True
    while grows:
        grows = False
        if last + 1 < len(costs) and costs[last + 1] <= left:
            last, grows = last + 1, True
            left -= costs[last]
        if first > 0 and costs[first - 1] <= left:
            first, grows = first - 1, True
            left -= costs[first]
    return first, last

"""Bounds what is taken of one answer: all of it is kept and paid for, and a server may never end.

The longest reply that was asked for decides, with so much room that only a server, or a model, that
has lost itself comes to the end of it.
"""

from collections.abc import Iterable, Iterator

from shared.errors import ProviderError
from workers.ai.provider import ReplyPart, TextDelta, ThoughtDelta

TOO_MUCH = "The model's server sent more than any reply to this call can be"
_CHARACTERS = 16  # to a token, where four are common
_SPARE_TOKENS = 1024
_THOUGHT_TOKENS = 32_768  # some servers count what is thought apart from what is said
_FRAMED_BYTES = 1024  # to a token that comes alone in its event, with all that stands around it
_EVENT_BYTES = 256  # that an event counts for beside its own: one that is empty takes time, too
_MOST_IN_AN_EVENT = 2 * 1024 * 1024  # bytes: all that is said and thought, each character escaped


class ReplyBounds:
    """Counts what comes of one answer to a call that allows so many tokens.

    Every method raises a ProviderError where it is too much.
    """

    def __init__(self, most_tokens: int) -> None:
        said = most_tokens + _SPARE_TOKENS
        thought = said + _THOUGHT_TOKENS
        self._text_left = _CHARACTERS * said
        self._thought_left = _CHARACTERS * thought
        self._bytes_left = _FRAMED_BYTES * thought
        self._event_left = _MOST_IN_AN_EVENT

    def read(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the bytes of the answer as they come, unpacked if they were packed."""
        for piece in pieces:
            self._bytes_left -= len(piece)
            self._event_left -= len(piece)
            _check(min(self._bytes_left, self._event_left))
            yield piece

    def next_event(self) -> None:
        """Note that an event was complete, so that its bytes are held no longer."""
        self._bytes_left -= _EVENT_BYTES
        self._event_left = _MOST_IN_AN_EVENT

    def take(self, part: ReplyPart) -> None:
        """Count what the model says and thinks."""
        if isinstance(part, TextDelta):
            self._text_left -= len(part.text)
        elif isinstance(part, ThoughtDelta):
            self._thought_left -= len(part.text)
        _check(min(self._text_left, self._thought_left))


def _check(left: int) -> None:
    if left < 0:
        raise ProviderError(TOO_MUCH)

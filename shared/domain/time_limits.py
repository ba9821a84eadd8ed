"""How long a model may take, by the size of the text."""

from dataclasses import dataclass

_CONNECT_S = 5.0
_FIRST_TOKEN_S = 20.0
_FIRST_TOKEN_S_PER_CHARACTER = 1 / 4000  # reading a prompt is fast, and goes with its length
_BETWEEN_TOKENS_S = 20.0
_TOTAL_S = 60.0
_TOTAL_S_PER_CHARACTER = 1 / 80  # a reply at 20 tokens/s that is a third of the text, and some room
_LONGEST_S = 900.0


@dataclass(frozen=True)
class TimeLimits:
    """How long each phase of a call may take, in seconds."""

    connect_s: float
    first_token_s: float
    between_tokens_s: float
    total_s: float


def time_limits(characters: int, *, scale: float = 1.0) -> TimeLimits:
    """Return the limits for a text of this length; `scale` is how slow the model is.

    A slow model is no further away: the time to connect is not scaled.
    """
    return TimeLimits(
        connect_s=_CONNECT_S,
        first_token_s=scale * (_FIRST_TOKEN_S + characters * _FIRST_TOKEN_S_PER_CHARACTER),
        between_tokens_s=scale * _BETWEEN_TOKENS_S,
        total_s=scale * min(_LONGEST_S, _TOTAL_S + characters * _TOTAL_S_PER_CHARACTER),
    )

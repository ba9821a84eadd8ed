"""What a model's server says beside its reply, as far as it can be believed."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MOST_TOKENS = 2**31 - 1
_LONGEST_WAIT_S = 24 * 3600.0
_LOOKED_AT = 600  # characters; behind them some servers repeat what they were sent
# OpenAI and Groq name a code, llama.cpp a type; vLLM, SGLang, Mistral, LM Studio, TGI, Gemini and
# Anthropic have words of their own.
_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size|string_above_max_length"
    r"|context (?:length|size|window)|(?:prompt|input) is too long|too large for model"
    r"|max_new_tokens.{0,20}must be|maximum number of tokens|reduce the length",
    re.IGNORECASE,
)
_SPENT = re.compile(
    r"insufficient_quota|exceeded your current quota|insufficient (?:balance|credit)"
    r"|credit balance is too low",
    re.IGNORECASE,
)
_FLAGGED = re.compile(r"moderation|flagged|content[_ ](?:policy|filter)", re.IGNORECASE)
_TELLING = ("code", "type", "param", "loc", "msg", "message", "detail", "error")
# Where a server repeats what it was sent, or lists all that it knows.
_REPEATS = re.compile(r"""['"]?\binput(?:_value)?['"]?\s*[:=]|expected one of""")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_DEEPEST = 8
_MOST_FAULTS = 4


def says_too_long(body: object) -> bool:
    """Whether a server's error says that the model has no room for what it was sent."""
    return bool(_TOO_LONG.search(_heard(body)))


def says_spent(body: object) -> bool:
    """Whether a server's error says that money is wanting, and not patience."""
    return bool(_SPENT.search(_heard(body)))


def says_flagged(body: object) -> bool:
    """Whether a server's error says that it will not have this text."""
    return bool(_FLAGGED.search(_heard(body)))


def complaint(body: object) -> str:
    """Return what a server says against the form of a call; nothing where it was too long."""
    return "" if says_too_long(body) else _said(body, _DEEPEST)


def token_count(tokens: object) -> int:
    """Return how many tokens a server says that it has counted."""
    return min(max(tokens, 0), _MOST_TOKENS) if isinstance(tokens, int) else 0


def retry_after_ms(headers: Mapping[str, str]) -> int | None:
    """Return how long the server asks to be left alone, however it says so; a day at most."""
    with suppress(KeyError, ValueError, OverflowError):
        wait_s = _seconds(headers["retry-after"], headers.get("date"))
        return int(min(max(wait_s, 0.0), _LONGEST_WAIT_S) * 1000)
    return None


def _seconds(told: str, date: str | None) -> float:
    """Return the seconds; a date is compared with the server's own clock, if it tells that."""
    with suppress(ValueError):
        return float(told)
    since = parsedate_to_datetime(date) if date else datetime.now(UTC)
    until = parsedate_to_datetime(told)
    return until.replace(tzinfo=UTC).timestamp() - since.replace(tzinfo=UTC).timestamp()


def request_id(headers: Mapping[str, str]) -> str:
    """Return the server's own id for the call; nothing where it says what can be none."""
    said = headers.get("x-request-id", "")
    return said if _REQUEST_ID.fullmatch(said) else ""


def _heard(body: object) -> str:
    told = body
    if isinstance(body, Mapping):
        told = [body.get(name) for name in ("code", "type", "message", "detail")]
    return str(told)[:_LOOKED_AT]


def _said(told: object, depth: int) -> str:
    if told is None or depth == 0:
        return ""
    if isinstance(told, Mapping):
        inner = [told[name] for name in _TELLING if name in told]
    elif isinstance(told, list | tuple):
        inner = list(told[:_MOST_FAULTS])
    else:
        return _REPEATS.split(str(told), maxsplit=1)[0][:_LOOKED_AT]
    return " ".join(_said(one, depth - 1) for one in inner)

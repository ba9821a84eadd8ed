"""Reads the answers that are errors."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from copydesk.calls.wire import Answer
from copydesk.errors.api import ApiError, api_error
from copydesk.models.refusals import Fault, Refusal

_NO_ENVELOPE = "no envelope of Copydesk: a proxy may have answered"


def refusal(answer: Answer) -> ApiError:
    """Return what was told; something between us and the server may have told it."""
    told = _envelope(answer)
    if told is None:
        code = f"HTTP_{answer.status}"
        return api_error(
            Refusal(code, answer.status, _NO_ENVELOPE, retry_after=_retry_after(answer, {}))
        )
    return api_error(
        Refusal(
            code=str(told.get("code", "")),
            status=answer.status,
            message=str(told.get("message", "")),
            details=_faults(told.get("details")),
            request_id=str(told.get("request_id", "")),
            retryable=bool(told.get("retryable")),
            retry_after=_retry_after(answer, told),
            revision=_revision(answer),
        )
    )


def _envelope(answer: Answer) -> Mapping[str, Any] | None:
    try:
        told = json.loads(answer.content)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return told if isinstance(told, dict) and told.get("code") else None


def _faults(told: Any) -> tuple[Fault, ...]:
    faults = told if isinstance(told, list) else []
    return tuple(
        Fault(str(each.get("field", "")), str(each.get("error", "")))
        for each in faults
        if isinstance(each, dict)
    )


def _retry_after(answer: Answer, told: Mapping[str, Any]) -> float | None:
    with suppress(KeyError, TypeError):
        return float(told["retry_after_ms"] / 1000)
    with suppress(KeyError, ValueError):
        return float(answer.headers["retry-after"])
    return None


def _revision(answer: Answer) -> int | None:
    tag = answer.headers.get("etag", "").strip('"')
    return int(tag) if tag.isascii() and tag.isdecimal() else None

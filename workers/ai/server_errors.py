"""What an answer that is no reply means, by its status and by what the server says."""

from collections.abc import Mapping

from shared.errors import (
    AppError,
    ProviderBusyError,
    ProviderError,
    ProviderMisconfiguredError,
    ProviderQuotaError,
    ProviderRefusedCallError,
)
from workers.ai.server_words import retry_after_ms, says_flagged, says_spent, says_too_long

_PAYMENT_REQUIRED, _TOO_LARGE, _TOO_MANY = 402, 413, 429
_NOT_OURS = (401, 403, 404)
_NEVER_LATER = (400, 422)
_TOO_LONG = (
    "The text is too long for this model: send less of it, "
    "or set MODEL_CONTEXT_TOKENS to what the model can hold"
)
_REFUSED = (
    "The model's server refused the call (HTTP {}): "
    "check OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL"
)


def error_of(status: int, body: object, headers: Mapping[str, str]) -> AppError:
    """Return what failed without the server's words, which may repeat the writer's."""
    if status == _PAYMENT_REQUIRED or (status == _TOO_MANY and says_spent(body)):
        return ProviderQuotaError("The account at the model's server has nothing left to spend")
    if status == _TOO_MANY:
        told = "The model's server says: too many requests"
        return ProviderBusyError(told, retry_after_ms=retry_after_ms(headers))
    if status == _TOO_LARGE or says_too_long(body):
        return too_long()
    if status in _NEVER_LATER or (status in _NOT_OURS and says_flagged(body)):
        return ProviderRefusedCallError(_REFUSED.format(status))
    if status in _NOT_OURS:
        return ProviderMisconfiguredError(_REFUSED.format(status))
    return ProviderError(f"The model's server failed (HTTP {status})")


def too_long() -> ProviderRefusedCallError:
    """Return what is told where the model has no room for the text."""
    return ProviderRefusedCallError(_TOO_LONG)

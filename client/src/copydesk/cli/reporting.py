"""Explains errors in one line, with the code and the id of the request."""

from copydesk.cli.exits import CommandError, ExitCode
from copydesk.cli.showing import visible
from copydesk.errors import ApiError, ConnectionFailedError, JobFailedError

_UNREACHABLE = {"UNAUTHENTICATED", "RATE_LIMITED", "OVERLOADED"}
_FAILED = {"BUDGET_EXCEEDED", "PROCESSING_ERROR", "PROVIDER_ERROR", "PROVIDER_TIMEOUT"}
_HINTS = {
    "UNAUTHENTICATED": "Log in with `copydesk login`.",
    "MODEL_REQUIRED": "The server has no language model for this.",
}


def explained(error: BaseException) -> tuple[str, ExitCode]:
    """Return the line and the status for an error that was to be expected."""
    match error:
        case CommandError():
            return error.message, error.status
        case ApiError():
            told = f"{error} {_HINTS.get(error.code, '')}".rstrip()
            return visible(f"{told} (request {error.request_id})"), status_of(error.code)
        case ConnectionFailedError():
            return f"The server cannot be reached: {visible(str(error))}", ExitCode.UNREACHABLE
        case JobFailedError():
            return visible(str(error)), ExitCode.FAILED
    return visible(str(error)), ExitCode.FAILED


def status_of(code: str) -> ExitCode:
    """Return the exit status for an error that the server told."""
    if code in _UNREACHABLE:
        return ExitCode.UNREACHABLE
    return ExitCode.FAILED if code in _FAILED else ExitCode.USAGE

"""Explains errors in one line, with the code and the id of the request."""

from copydesk.cli.exits import CommandError, ExitCode
from copydesk.cli.showing import visible
from copydesk.errors import ApiError, ConnectionFailedError, JobFailedError, ProtocolError

_BY_ANOTHER = "HTTP_"  # of what has no envelope of ours: a proxy, or no Copydesk at all
_UNREACHABLE = {"UNAUTHENTICATED", "RATE_LIMITED", "OVERLOADED"}
_NO_ANSWER = "The server does not answer as Copydesk does"
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
            return visible(_told(error)), status_of(error.code)
        case ProtocolError():
            return visible(f"{_NO_ANSWER}: {error}."), ExitCode.UNREACHABLE
        case ConnectionFailedError():
            return f"The server cannot be reached: {visible(str(error))}", ExitCode.UNREACHABLE
        case JobFailedError():
            return visible(str(error)), ExitCode.FAILED
    return visible(str(error)), ExitCode.FAILED


def _told(error: ApiError) -> str:
    if error.code.startswith(_BY_ANOTHER):
        return f"{_NO_ANSWER} (status {error.status}): is the address right?"
    hint = f". {_HINTS[error.code]}" if error.code in _HINTS else ""
    return f"{str(error).rstrip('.') if hint else error}{hint} (request {error.request_id})"


def status_of(code: str) -> ExitCode:
    """Return the exit status for an error that the server told."""
    if code in _UNREACHABLE or code.startswith(_BY_ANOTHER):
        return ExitCode.UNREACHABLE
    return ExitCode.FAILED if code in _FAILED else ExitCode.USAGE

"""Who may follow a job: its owner, or whoever shows a token for it."""

from flask import request

from shared.domain.limits import Service
from web.http.context import services
from web.http.identity import address, current_owner
from web.http.limits import enter


def follower(job_id: str) -> str:
    """Return the owner in whose name the job is followed; it costs them a read.

    A token says all: a session beside it counts for nothing, and none is made.

    :raises UnauthenticatedError, RateLimitedError, StoreUnavailableError: nothing was consumed
    """
    token = request.args.get("st")
    if token is None:
        enter(Service.READS)
    else:
        enter(Service.READS, services().stream_tokens.read(token, job_id).caller(address()))
    return current_owner()

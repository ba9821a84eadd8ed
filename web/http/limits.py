"""The rate limit at the door, and the headers that tell of it."""

import math
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Response, g

from shared.domain.identity import Caller
from shared.domain.limits import Allowance, Service, rate_for
from shared.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    RequestInvalidError,
)
from web.http.context import services
from web.http.identity import as_caller

Params = ParamSpec("Params")
Answer = TypeVar("Answer")


def limited(service: Service) -> Callable[[Callable[Params, Answer]], Callable[Params, Answer]]:
    """Let a request through to the view only with a live session and a token of this service."""

    def decorate(view: Callable[Params, Answer]) -> Callable[Params, Answer]:
        @wraps(view)
        def guarded(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
            enter(service)
            return view(*args, **kwargs)

        return guarded

    return decorate


def enter(service: Service, newcomer: Caller | None = None) -> None:
    """Take a token of this service for whoever asks, or for a session that begins here.

    :raises UnauthenticatedError, RateLimitedError, StoreUnavailableError: nothing was consumed
    """
    found = services()

    def pass_gate(caller: Caller) -> Allowance:
        rate = rate_for(caller.tier, service, scale=found.settings.rate_limit_scale)
        return found.gate.enter(caller, rate)

    note_allowance(as_caller(pass_gate, newcomer))


def charged(service: Service, read: Callable[[], Answer]) -> Answer:
    """Read a request; one that is refused costs a token of this service, for refusing costs time.

    :raises RequestInvalidError, NotFoundError, ForbiddenError, ConflictError: or RateLimitedError
        instead, when the bucket is empty
    """
    try:
        return read()
    except (RequestInvalidError, NotFoundError, ForbiddenError, ConflictError):
        enter(service)
        raise


def note_allowance(allowance: Allowance) -> None:
    """Remember what the answer's headers are to say."""
    g.allowance = allowance


def install_limit_headers(app: Flask) -> None:
    """Put the state of the caller's bucket on every limited answer.

    `RateLimit` and `RateLimit-Policy` as in draft-ietf-httpapi-ratelimit-headers-10.
    """

    @app.after_request
    def show_allowance(response: Response) -> Response:
        allowance: Allowance | None = g.get("allowance")
        if allowance is None:
            return response
        rate, reset_s = allowance.rate, math.ceil(allowance.reset_ms / 1000)
        response.headers.extend(
            {
                "RateLimit-Policy": f'"{rate.service}";q={rate.limit};w={rate.window_s}',
                "RateLimit": f'"{rate.service}";r={allowance.remaining};t={reset_s}',
                "X-RateLimit-Limit": str(rate.limit),
                "X-RateLimit-Remaining": str(allowance.remaining),
                "X-RateLimit-Reset": str(reset_s),
            }
        )
        return response


def note_refusal(error: RateLimitedError) -> None:
    """Remember the bucket that refused."""
    if isinstance(error.allowance, Allowance):
        g.allowance = error.allowance

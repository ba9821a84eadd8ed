"""Which other sites' pages may use the API from a browser, by `CORS_ORIGINS` (Fetch, 3.2)."""

from flask import Flask, Response, request

from shared.errors import ForbiddenError
from shared.settings import Settings

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
_SENT = (
    *("Accept", "Authorization", "Cache-Control", "Content-Type", "Idempotency-Key", "If-Match"),
    *("If-None-Match", "Last-Event-ID", "Prefer", "X-Request-Id", "X-Session-Id", "traceparent"),
)
_SHOWN = (
    *("Age", "Allow", "Content-Disposition", "Deprecation", "ETag", "Idempotent-Replayed", "Link"),
    *("Location", "Preference-Applied", "RateLimit", "RateLimit-Policy", "Retry-After", "Sunset"),
    *("WWW-Authenticate", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"),
    *("X-Request-Id", "X-Session-Id"),
)
_SAFE = ("GET", "HEAD", "OPTIONS")
_OWN_PAGES = ("same-origin", "none")  # none: a person's own doing, such as a bookmark
_KNOWN_FOR_S = "600"  # how long a browser need not ask again whether it may


def install_cors(app: Flask, settings: Settings) -> None:
    """Let pages of the listed origins read answers, cookies included; those of no other origin.

    Nor may those do anything: a form on another page would come with the cookie of its visitor, or
    leave a new one in its place. Only browsers say where a request comes from, and others have no
    cookie that a page could use.

    A preflight is answered by Flask itself, before any view: it makes no session and costs nothing.
    """
    listed = frozenset(settings.origins)

    @app.before_request
    def refuse_forgeries() -> None:
        site = request.headers.get("Sec-Fetch-Site", "none")
        is_foreign = site not in _OWN_PAGES and request.headers.get("Origin") not in listed
        if is_foreign and request.method not in _SAFE:
            raise ForbiddenError("Pages of this site may not use the API; see CORS_ORIGINS")

    @app.after_request
    def allow(response: Response) -> Response:
        if not listed:
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        if origin not in listed:
            return response
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = _METHODS
            response.headers["Access-Control-Allow-Headers"] = ", ".join(_SENT)
            response.headers["Access-Control-Max-Age"] = _KNOWN_FOR_S
        else:
            response.headers["Access-Control-Expose-Headers"] = ", ".join(_SHOWN)
        return response

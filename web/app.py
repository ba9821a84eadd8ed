"""Builds the Flask app."""

import time

import structlog
from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from shared.metrics.recorder import recorder
from shared.settings import Settings
from web import api
from web.http.api_versions import ApiVersion
from web.http.compression import install_compression
from web.http.context import request_id
from web.http.cors import install_cors
from web.http.errors import install_error_handlers
from web.http.identity import install_identity
from web.http.limits import install_limit_headers
from web.http.offload import offload
from web.http.request_bounds import install_request_bounds
from web.http.security_headers import install_security_headers
from web.wiring import WebServices, build_services

MAX_BODY_BYTES = 2 * 1024 * 1024

log = structlog.get_logger(__name__)


def create_app(
    settings: Settings,
    services: WebServices | None = None,
    versions: tuple[ApiVersion, ...] = api.VERSIONS,
) -> Flask:
    """Return an app that has touched nothing outside itself until its first request."""
    app = Flask("web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.extensions["services"] = services or build_services(settings, offload)
    app.url_map.strict_slashes = False
    # It would redirect, to whatever host the request names.
    app.url_map.merge_slashes = False
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies)  # type: ignore[method-assign]

    _install_correlation(app)
    install_error_handlers(app)
    install_compression(app)
    install_identity(app, settings)
    install_limit_headers(app)
    install_cors(app, settings)
    install_request_bounds(app)
    install_security_headers(app, settings)
    api.register(app, versions)
    return app


def _install_correlation(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id())

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        took_s = time.perf_counter() - g.began
        route = request.url_rule.rule if request.url_rule else None
        recorder.request_answered(route, request.method, response.status_code, took_s)
        log.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round(took_s * 1000, 1),
        )
        return response

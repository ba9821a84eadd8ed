"""Builds the Flask app."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from shared.settings import Settings
from shared.traces.tracing import tracing
from web import api
from web.http.api_versions import ApiVersion
from web.http.compression import install_compression
from web.http.correlation import install_correlation
from web.http.cors import install_cors
from web.http.errors import install_error_handlers
from web.http.identity import install_identity
from web.http.limits import install_limit_headers
from web.http.offload import offload
from web.http.request_bounds import install_request_bounds
from web.http.security_headers import install_security_headers
from web.wiring import WebServices, build_services

MAX_BODY_BYTES = 2 * 1024 * 1024


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

    tracing.watch(app)
    install_correlation(app)
    install_error_handlers(app)
    install_compression(app)
    install_identity(app, settings)
    install_limit_headers(app)
    install_cors(app, settings)
    install_request_bounds(app)
    install_security_headers(app, settings)
    api.register(app, versions)
    return app

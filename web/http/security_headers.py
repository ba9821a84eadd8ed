"""What every answer tells browsers not to do with it."""

from flask import Flask, Response

from shared.settings import Environment, Settings

# Whatever an answer holds, no browser runs it, frames it, guesses its type or tells others of it.
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for what knows no frame-ancestors
    "X-Permitted-Cross-Domain-Policies": "none",
    "Cache-Control": "no-store",
}
_HTTPS_ALONE = "max-age=31536000"  # seconds: a year


def install_security_headers(app: Flask, settings: Settings) -> None:
    """Put them on every answer; a view that says something else about itself knows better."""
    told = dict(SECURITY_HEADERS)
    if settings.environment not in (Environment.DEVELOPMENT, Environment.TESTING):
        told["Strict-Transport-Security"] = _HTTPS_ALONE

    @app.after_request
    def guard(response: Response) -> Response:
        for name, text in told.items():
            response.headers.setdefault(name, text)
        return response

"""What Prometheus reads: outside `/api`, so that a proxy need not let it out."""

from flask import Blueprint, Response

from shared.metrics.pages import CONTENT_TYPE
from web.http.context import services

metrics = Blueprint("metrics", __name__)


@metrics.get("/metrics")
def show() -> Response:
    """Return all metrics; asks nobody who they are, and counts against no limit."""
    return Response(services().metrics.text(), content_type=CONTENT_TYPE)

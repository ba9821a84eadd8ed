"""Is this process alive, and can it serve?"""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from shared.domain.identity import Tier
from shared.domain.limits import Service
from shared.errors import AppError
from shared.version import VERSION
from web.http.bodies import json_response
from web.http.context import services
from web.http.identity import current_caller
from web.http.limits import enter
from web.services.health import HealthReport, told_of

health = Blueprint("health", __name__, url_prefix="/health")


@health.get("/liveness")
def liveness() -> ResponseReturnValue:
    """Answer 200 as long as this process gets on with what it does beside answering."""
    if services().health.is_alive:
        return json_response({"status": "ok"})
    return json_response({"status": "error", "message": "The reader of events is stuck"}, 503)


@health.get("/readiness")
def readiness() -> ResponseReturnValue:
    """Answer 200 only when every part answers that jobs need."""
    report = services().health.report()
    return json_response(_shown(report), 503 if report.failed else 200)


@health.get("")
def index() -> ResponseReturnValue:
    """Show the state of each part; always 200, for people and dashboards."""
    return json_response(_shown(services().health.report()))


def _shown(report: HealthReport) -> dict[str, object]:
    settings = services().settings
    shown: dict[str, object] = {
        "status": report.status,
        "version": VERSION,
        "environment": settings.environment,
        "model": settings.model,
        "checks": {name: "ok" if one.is_ok else "error" for name, one in report.checks.items()},
        "concerns": report.concerns,
    }
    if report.failed:
        shown["message"] = "No answer from: " + ", ".join(report.failed)
    elif report.concerns:
        shown["message"] = "It works, but: " + "; ".join(report.concerns)
    if _is_for_an_admin():
        shown["details"] = told_of(report)
    return shown


def _is_for_an_admin() -> bool:
    """Whoever is not known as one is told what all are told: a probe's answer is for everybody."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    if scheme.lower() != "bearer":
        return False
    try:
        enter(Service.READS)
    except AppError:
        return False
    return current_caller().tier is Tier.ADMIN

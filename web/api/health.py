"""Is this process alive, and can it serve?"""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.version import VERSION
from web.http.bodies import json_response
from web.http.context import services

health = Blueprint("health", __name__, url_prefix="/health")


@health.get("/liveness")
def liveness() -> ResponseReturnValue:
    """Answer at all."""
    return json_response({"status": "ok"})


@health.get("/readiness")
def readiness() -> ResponseReturnValue:
    """Answer 200 only when every part answers that jobs need."""
    report = _report()
    return json_response(report, 200 if report["status"] == "ok" else 503)


@health.get("")
def index() -> ResponseReturnValue:
    """Show the state of each part; always 200, for people and dashboards."""
    return json_response(_report())


def _report() -> dict[str, object]:
    found = services()
    checks = found.health.checks()
    failed = sorted(name for name, outcome in checks.items() if outcome != "ok")
    report: dict[str, object] = {
        "status": "error" if failed else "ok",
        "version": VERSION,
        "environment": found.settings.environment,
        "model": found.settings.model,
        "checks": checks,
    }
    if failed:
        report["message"] = "No answer from: " + ", ".join(failed)
    return report

"""What callers used, and how templates do."""

from datetime import UTC, datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.domain.identity import Tier
from shared.domain.limits import Service
from shared.errors import ForbiddenError
from web.http.bodies import json_response, read_query
from web.http.context import services
from web.http.identity import current_caller, current_owner
from web.http.limits import limited
from web.http.openapi import describe
from web.schemas.analytics import TemplateReports, UsageQuery, UsageReport
from web.services.template_views import performance_view

analytics = Blueprint("analytics", __name__, url_prefix="/analytics")


@analytics.get("/usage")
@describe(query=UsageQuery, answers={200: UsageReport}, tag="analytics")
@limited(Service.READS)
def usage() -> ResponseReturnValue:
    """Show what the caller used, day by day."""
    query = read_query(UsageQuery)
    report = services().usage.report(
        current_owner(), query.first, query.last, today=datetime.now(UTC).date()
    )
    return json_response(report)


@analytics.get("/templates")
@describe(answers={200: TemplateReports}, faults=(403,), tag="analytics")
@limited(Service.READS)
def templates() -> ResponseReturnValue:
    """Show how the system's templates do, version by version; for admins only."""
    if current_caller().tier is not Tier.ADMIN:
        raise ForbiddenError("How the system's templates do is for admins")
    shown = [
        {
            "id": template.id,
            "name": template.name,
            "versions": [performance_view(*version) for version in tallies.items()],
        }
        for template, tallies in services().template_reports.of_the_system()
    ]
    return json_response({"templates": shown})

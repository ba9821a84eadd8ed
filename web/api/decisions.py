"""What the writer decided: accept and reject."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.domain.limits import Service
from shared.jobs.states import Decision
from web.http.bodies import json_response
from web.http.context import services
from web.http.identity import current_owner
from web.http.limits import limited
from web.http.openapi import describe
from web.schemas.suggestions import SuggestionItem

decisions = Blueprint(
    "decisions", __name__, url_prefix="/jobs/<job_id>/suggestions/<suggestion_id>"
)


@decisions.post("/accept")
@describe(answers={200: SuggestionItem}, faults=(404, 410), tag="suggest")
@limited(Service.READS)
def accept(job_id: str, suggestion_id: str) -> ResponseReturnValue:
    """Note that the writer took a suggestion; the last word counts."""
    return _decide(job_id, suggestion_id, Decision.ACCEPTED)


@decisions.post("/reject")
@describe(answers={200: SuggestionItem}, faults=(404, 410), tag="suggest")
@limited(Service.READS)
def reject(job_id: str, suggestion_id: str) -> ResponseReturnValue:
    """Note that the writer refused a suggestion; the last word counts."""
    return _decide(job_id, suggestion_id, Decision.REJECTED)


def _decide(job_id: str, suggestion_id: str, decision: Decision) -> ResponseReturnValue:
    desk, owner = services().decisions, current_owner()
    return json_response(desk.decide(job_id, suggestion_id, decision, owner=owner))

"""Templates, and how they do, as the API shows them."""

from typing import Any

from shared.data.redis.tallies import Tally
from shared.domain.intervals import wilson_interval
from shared.domain.stored_templates import StoredTemplate
from web.services.job_views import timestamp


def template_view(found: StoredTemplate) -> dict[str, Any]:
    """Return the template as it is shown."""
    template, source = found.template, found.forked_from
    return {
        "id": template.id,
        "version": template.version,
        "name": template.name,
        "description": template.description,
        "category": template.category,
        "style": template.style,
        "meaning": template.meaning,
        "instruction": template.instruction,
        "parameters": dict(template.parameters),
        "system": found.is_system,
        "forked_from": {"id": source.id, "version": source.version} if source else None,
        "created_at": timestamp(found.created_ms),
        "updated_at": timestamp(found.changed_ms),
    }


def performance_view(version: int, tally: Tally) -> dict[str, Any]:
    """Return how a version did."""
    interval = wilson_interval(tally.accepted, tally.decided)
    return {
        "version": version,
        "accepted": tally.accepted,
        "rejected": tally.rejected,
        "decided": tally.decided,
        "acceptance_rate": tally.accepted / tally.decided if tally.decided else None,
        "interval": {"low": interval.low, "high": interval.high} if interval else None,
    }

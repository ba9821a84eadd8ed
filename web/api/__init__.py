"""The doors: every route, under `/api/v1`, and `/api` for the newest version."""

from functools import partial

from flask import Flask, redirect

from web.api.analytics import analytics
from web.api.auth import auth
from web.api.batch_applies import batch_applies
from web.api.batches import batches
from web.api.chat import chat, seed_chat
from web.api.conversations import conversations
from web.api.decisions import decisions
from web.api.description import description, pages
from web.api.document_versions import versions
from web.api.documents import documents
from web.api.drafts import drafts
from web.api.events import events
from web.api.files import files
from web.api.health import health
from web.api.jobs import jobs
from web.api.limits import limits
from web.api.metrics import metrics
from web.api.ops import ops
from web.api.rebase import rebases
from web.api.sharing import sharing
from web.api.suggestions import seed_suggestions, suggestions
from web.api.templates import templates
from web.http.api_versions import ALIAS, ApiVersion, register_versions
from web.http.openapi import PREFIX

V1 = ApiVersion(
    "v1",
    (
        analytics,
        auth,
        batches,
        batch_applies,
        chat,
        conversations,
        decisions,
        description,
        documents,
        drafts,
        events,
        files,
        jobs,
        limits,
        rebases,
        sharing,
        suggestions,
        templates,
        versions,
    ),
)
VERSIONS = (V1,)  # the newest is the last; see docs/versioning.md
_SEED = {"suggestions": seed_suggestions, "chat": seed_chat}  # the seed's paths wait for the result


def register(app: Flask, api_versions: tuple[ApiVersion, ...] = VERSIONS) -> None:
    """Give the app its routes."""
    register_versions(app, api_versions, in_alias=_SEED)
    app.register_blueprint(pages)
    app.add_url_rule(f"{ALIAS}/docs", "alias_docs", partial(redirect, f"{PREFIX}/docs/"))
    app.register_blueprint(metrics)
    app.register_blueprint(ops)
    app.register_blueprint(health, url_prefix="/health")
    app.register_blueprint(health, name="api_health", url_prefix=f"{ALIAS}/health")

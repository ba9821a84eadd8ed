"""The doors: every route, under `/api/v1` and its alias `/api`."""

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
from web.http.openapi import PREFIX

_ALIAS = "/api"  # the newest version, and the seed's own paths
_VERSIONED = (
    analytics,
    auth,
    batches,
    batch_applies,
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
    templates,
    versions,
)


def register(app: Flask) -> None:
    """Give the app its routes."""
    for blueprint in _VERSIONED:
        for name, prefix in (("v1", PREFIX), ("alias", _ALIAS)):
            app.register_blueprint(
                blueprint,
                name=f"{name}.{blueprint.name}".replace(".", "_"),
                url_prefix=prefix + (blueprint.url_prefix or ""),
            )
    app.register_blueprint(suggestions, url_prefix=f"{PREFIX}/suggestions")
    app.register_blueprint(seed_suggestions, url_prefix=f"{_ALIAS}/suggestions")
    app.register_blueprint(chat, url_prefix=f"{PREFIX}/chat")
    app.register_blueprint(seed_chat, url_prefix=f"{_ALIAS}/chat")
    app.register_blueprint(pages)
    app.add_url_rule(f"{_ALIAS}/docs", "alias_docs", partial(redirect, f"{PREFIX}/docs/"))
    app.register_blueprint(metrics)
    app.register_blueprint(ops)
    app.register_blueprint(health, url_prefix="/health")
    app.register_blueprint(health, name="api_health", url_prefix=f"{_ALIAS}/health")

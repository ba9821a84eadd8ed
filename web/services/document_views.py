"""Shows documents, their versions and drafts as the contract has them."""

from collections.abc import Mapping
from typing import Any

from shared.domain.documents import Document, Draft, Saved, Version
from shared.domain.identity import user_id_of
from shared.domain.permissions import Verb
from web.services.job_views import timestamp


def view_document(document: Document, *, who: str) -> dict[str, Any]:
    """Return the document for one who may read it."""
    summary = view_summary(document, who=who)
    return {**summary, "content": document.wording.content}


def view_summary(document: Document, *, who: str) -> dict[str, Any]:
    """Return the document without its content, as lists show it."""
    wording = document.wording
    return {
        "id": document.id,
        "title": wording.title,
        "format": wording.format,
        "tags": list(wording.tags),
        "revision": document.revision,
        "archived": document.archived,
        "access": document.demand(Verb.READ, who).word,
        "created_at": timestamp(document.created_ms),
        "updated_at": timestamp(document.saved.at_ms),
    }


def view_version(version: Version, *, who: str) -> dict[str, Any]:
    """Return a version with all that it says."""
    return {**view_version_summary(version, who=who), "content": version.wording.content}


def view_version_summary(version: Version, *, who: str) -> dict[str, Any]:
    """Return a version without its content, as lists show it."""
    wording = version.wording
    return {
        "document_id": version.document_id,
        "revision": version.revision,
        "title": wording.title,
        "format": wording.format,
        "tags": list(wording.tags),
        **_view_saved(version.saved, who),
    }


def view_draft(draft: Draft, document: Document) -> dict[str, Any]:
    """Return the draft, and whether the document has moved on since it was begun."""
    return {
        "document_id": draft.document_id,
        "title": draft.title,
        "content": draft.content,
        "revision": draft.revision,
        "base_revision": draft.base_revision,
        "document_revision": document.revision,
        "conflict": draft.base_revision != document.revision,
        "saved_at": timestamp(draft.saved_ms),
    }


def view_sharing(public: bool, shared_with: Mapping[str, Verb]) -> dict[str, Any]:
    """Return who else may use a document, for its owner."""
    people = [{"email": email, "access": verb.word} for email, verb in shared_with.items()]
    return {"public": public, "shared_with": people}


def _view_saved(saved: Saved, who: str) -> dict[str, Any]:
    return {
        "saved_by": user_id_of(saved.by),
        "saved_by_me": saved.by == who,
        "why": saved.why,
        "saved_at": timestamp(saved.at_ms),
    }

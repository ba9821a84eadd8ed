"""How to ask each route for what it does, so that only who asks decides about the answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.account_client import PASSWORD, some_email
from tests.route_callers import Asking, Everybody
from tests.stack_client import TEMPLATE, some_text
from tests.template_client import TONES

Body = Callable[[Asking, Everybody], dict[str, Any]]


@dataclass(frozen=True)
class Recipe:
    """What one request needs besides its path; `ids` are named in place of the caller's own."""

    body: Body | None = None
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    content: str | None = None  # a body that is no JSON


def says(**body: Any) -> Body:
    """Return a body that is the same for all."""
    return lambda asking, all_: body


def about_stored(asking: Asking, _all: Everybody) -> dict[str, Any]:
    return {"document": {"id": asking.ids["document_id"]}, "prompt": TEMPLATE}


def about_sent(_asking: Asking, _all: Everybody) -> dict[str, Any]:
    return {"document": {"content": some_text()}, "prompt": TEMPLATE}


def chat_about_stored(asking: Asking, _all: Everybody) -> dict[str, Any]:
    return {"message": some_text(), "document": {"id": asking.ids["document_id"]}}


def chat_within(asking: Asking, _all: Everybody) -> dict[str, Any]:
    return {"message": some_text(), "conversation_id": asking.ids["conversation_id"]}


def rebase(asking: Asking, _all: Everybody) -> dict[str, Any]:
    return {"job_id": asking.ids["job_id"], "new": "A text.", "offset_encoding": "utf-16"}


def _registration(_asking: Asking, _all: Everybody) -> dict[str, Any]:
    return {"email": some_email(), "password": PASSWORD}


def _login(_asking: Asking, all_: Everybody) -> dict[str, Any]:
    return {"email": all_.visitor.email, "password": PASSWORD}


def _refresh(_asking: Asking, all_: Everybody) -> dict[str, Any]:
    all_.visitor.log_in()
    return {"refresh_token": all_.visitor.tokens["refresh_token"]}


_TEMPLATE = {"name": "Mine", "instruction": "Be {tone}.", "parameters": TONES}
_ANY = {"If-Match": "*"}
_PAGE = {"Accept": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_NO_WORK = {"work_id": f"job_{0:032}p0"}
_SYSTEMS = {"template_id": "clearer"}
RECIPES: dict[str, Recipe] = {
    "POST /auth/register": Recipe(_registration),
    "POST /auth/login": Recipe(_login),
    "POST /auth/refresh": Recipe(_refresh),
    "POST /auth/logout": Recipe(_refresh),
    "PATCH /auth/me": Recipe(says(name="Ada")),
    "POST /auth/password": Recipe(says(current_password=PASSWORD, new_password=PASSWORD)),
    "DELETE /auth/me": Recipe(says(password=PASSWORD)),
    "POST /documents": Recipe(says(content="A big plan.", title="Plan", tags=["a"], why="So")),
    "POST /documents/import": Recipe(headers={"Content-Type": "text/plain"}, content="A text."),
    "GET /documents/{document_id}/export": Recipe(query={"format": "html"}),
    "GET /documents/{document_id}/export, an earlier version": Recipe(query={"revision": "1"}),
    "PUT /documents/{document_id}": Recipe(says(content="New words."), _ANY),
    "PUT /documents/{document_id}/draft": Recipe(says(content="Typed."), _ANY),
    "PUT /documents/{document_id}/sharing": Recipe(says()),
    "POST /documents/{document_id}/versions/{revision}/restore": Recipe(says(why="So")),
    "GET /jobs/{job_id}/events": Recipe(headers=_PAGE),
    "POST /batches": Recipe(about_sent),
    "POST /batches, a stored text": Recipe(about_stored),
    "POST /batches/{batch_id}/apply": Recipe(says(), _ANY),
    "GET /batches/{batch_id}/events": Recipe(headers=_PAGE),
    "POST /suggestions": Recipe(about_sent),
    "POST /suggestions, a stored text": Recipe(about_stored),
    "POST /api/suggestions": Recipe(about_sent),
    "POST /api/suggestions, a stored text": Recipe(about_stored),
    "POST /suggestions/rebase": Recipe(rebase),
    "POST /chat": Recipe(says(message="Is it good?")),
    "POST /chat, a stored text": Recipe(chat_about_stored),
    "POST /chat, within a conversation": Recipe(chat_within),
    "POST /api/chat": Recipe(says(message="Is it good?")),
    "POST /api/chat, a stored text": Recipe(chat_about_stored),
    "POST /templates": Recipe(says(**_TEMPLATE)),
    "PUT /templates/{template_id}": Recipe(says(**_TEMPLATE)),
    "GET /templates/{template_id}, the system's": Recipe(ids=_SYSTEMS),
    "PUT /templates/{template_id}, the system's": Recipe(says(**_TEMPLATE), ids=_SYSTEMS),
    "DELETE /templates/{template_id}, the system's": Recipe(ids=_SYSTEMS),
    "POST /templates/{template_id}/fork": Recipe(says(name="Copy")),
    "GET /templates/{template_id}/performance, the system's": Recipe(ids=_SYSTEMS),
    "POST /ops/login": Recipe(headers=_FORM, content="email=nobody@example.com&password=none"),
    "POST /ops/lanes/{lane}/{what}": Recipe(ids={"lane": "bulk", "what": "pause"}),
    "POST /ops/lanes/{lane}/{what}, resume": Recipe(ids={"lane": "bulk", "what": "resume"}),
    "POST /ops/shelf/{work_id}/{what}": Recipe(ids=_NO_WORK | {"what": "replay"}),
    "POST /ops/shelf/{work_id}/{what}, drop": Recipe(ids=_NO_WORK | {"what": "drop"}),
    "GET /ops/static/{filename}": Recipe(ids={"filename": "ops.css"}),
}


def send(row: str, asking: Asking, all_: Everybody, **more: Any) -> httpx.Response:
    """Ask a route, named as in the table, as its recipe says; `more` goes before that."""
    recipe = RECIPES.get(row, Recipe())
    method, _, path = row.partition(",")[0].partition(" ")
    if not path.startswith(("/api/", "/health", "/metrics", "/ops")):
        path = f"/api/v1{path}"
    body = recipe.body(asking, all_) if recipe.body else None
    said = {"json": body} if recipe.body else {"content": recipe.content}
    said |= {"headers": recipe.headers, "params": recipe.query or None} | more
    return asking.who.http.request(method, path.format_map(asking.ids | recipe.ids), **said)

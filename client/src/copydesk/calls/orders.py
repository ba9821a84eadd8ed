"""What the orders have in common: the text, the prompt, the key that makes them repeatable."""

import secrets
from collections.abc import Mapping
from typing import Any

from copydesk.calls.wire import Call, Request, as_, given
from copydesk.models.jobs import JobView

_OF_TEXT = ("document", "format", "selection", "document_id", "revision")
_OF_PROMPT = ("template", "version", "parameters", "prompt")
_OF_THE_ORDER = ("idempotency_key", "cache_control", "wait")


def order(path: str, body: Mapping[str, Any], terms: Mapping[str, Any]) -> Call[JobView]:
    """Return the call that makes a job, and makes no second one when it is sent again."""
    wait_s = terms.get("wait") or 0
    headers = {"Idempotency-Key": terms.get("idempotency_key") or secrets.token_urlsafe(24)}
    if wait_s:
        headers["Prefer"] = f"wait={wait_s}"
    if control := terms.get("cache_control"):
        headers["Cache-Control"] = control
    request = Request(
        "POST", path, body=body, headers=headers, repeatable=True, wait_s=float(wait_s)
    )
    return Call(request, as_(JobView))


def rest_of(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in the body under its own name."""
    apart = (*_OF_TEXT, *_OF_PROMPT, *_OF_THE_ORDER)
    return given({name: value for name, value in terms.items() if name not in apart})


def document_of(text: str | None, terms: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what is to be worked on, if anything is said of it."""
    selection = terms.get("selection")
    told = {
        "content": text,
        "format": terms.get("format"),
        "id": terms.get("document_id"),
        "revision": terms.get("revision"),
        "selection": selection and {"start": selection[0], "end": selection[1]},
    }
    return given(told) or None


def prompt_of(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be done.

    :raises ValueError: neither a template nor a prompt is named, or both
    """
    template, prompt = terms.get("template"), terms.get("prompt")
    if (template is None) == (prompt is None):
        raise ValueError("Name either a `template` or a `prompt`")
    if prompt is not None:
        return {"type": "custom", "text": prompt}
    told = {"version": terms.get("version"), "parameters": terms.get("parameters")}
    return {"type": "template", "id": template, **given(told)}

"""Refuses bodies that no view would read, before any of them is read."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from shared.errors import UnsupportedMediaTypeError

View = TypeVar("View", bound=Callable[..., Any])


def takes_up_to(most_bytes: int) -> Callable[[View], View]:
    """Let this view have bodies larger than others may be."""

    def decorate(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return decorate


def install_request_bounds(app: Flask) -> None:
    """Bound the body of every route, of those that take none too.

    Packed bodies are not unpacked: a few kilobytes could become gigabytes.
    """

    @app.before_request
    def refuse() -> None:
        coding = request.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("", "identity"):
            raise UnsupportedMediaTypeError("Send the body as it is, without Content-Encoding")
        view = current_app.view_functions.get(request.endpoint or "")
        most = getattr(view, "most_bytes", None)
        if most is not None:
            request.max_content_length = most
        bound = request.max_content_length
        if bound is not None and (request.content_length or 0) > bound:
            raise RequestEntityTooLarge

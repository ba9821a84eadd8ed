"""Requests and answers as values."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from copydesk.errors.own import ProtocolError
from copydesk.models.fields import read

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class File:
    """A file to send, with the fields of its form."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)
    media_type: str = "text/plain"
    form: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Request:
    """What to send, below `/api/v1`; its body may hold the writer's words, so no repr shows it.

    `repeatable` where sending it twice does no more than once. `is_login` where it is sent without
    a token, and never again by itself. `wait_s`: how long the server is asked to take its time.
    `within_s`: how long all the tries may take together, where that is not as usual.
    """

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    file: File | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    repeatable: bool = False
    is_login: bool = False
    wait_s: float = 0.0
    within_s: float | None = None


@dataclass(frozen=True)
class Answer:
    """What came back; the names of the headers are in small letters."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)

    @property
    def json(self) -> Any:
        """The body.

        :raises ProtocolError: it is no JSON
        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            raise ProtocolError(f"An answer ({self.status}) that should be JSON is none") from None


@dataclass(frozen=True)
class Call(Generic[T]):
    """A request, and how its answer is read."""

    request: Request
    read: Callable[[Answer], T]


@dataclass(frozen=True)
class Page(Generic[T]):
    """Part of a list, and where it goes on."""

    items: Sequence[T]
    next_cursor: str | None


def get(path: str, query: Mapping[str, Any] | None = None, *, wait_s: float = 0.0) -> Request:
    """Return a request that changes nothing; what is None in the query is left out."""
    return Request("GET", path, query=given(query or {}), repeatable=True, wait_s=wait_s)


def where(*parts: object) -> str:
    """Return a path of these parts, whatever is in them.

    :raises ValueError: a part is none
    """
    for part in parts:
        if str(part) in ("", ".", ".."):
            raise ValueError("An id is missing")
    return "".join("/" + quote(str(part), safe="") for part in parts)


def given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value is not None}


def as_(kind: type[T]) -> Callable[[Answer], T]:
    """Return what reads an answer as this kind of value."""
    return partial(_read_value, kind)


def page_of(kind: type[T], name: str) -> Callable[[Answer], Page[T]]:
    """Return what reads an answer as a page of a list."""
    return partial(_read_page, kind, name)


def nothing(_answer: Answer) -> None:
    """Read an answer that says nothing but that it is done."""


def content(answer: Answer) -> bytes:
    """Read an answer that is a file."""
    return answer.content


def _read_value(kind: type[T], answer: Answer) -> T:
    return _told(kind, answer.json)


def _read_page(kind: type[T], name: str, answer: Answer) -> Page[T]:
    told = answer.json
    if not isinstance(told, dict) or not isinstance(told.get(name), list):
        raise ProtocolError(f"A page of {name} is none")
    return Page([_told(kind, each) for each in told[name]], told.get("next_cursor"))


def _told(kind: type[T], told: Any) -> T:
    try:
        found = read(kind, told)
        if getattr(found, "id", "given"):  # what has a name has one from every server
            return found
    except (TypeError, ValueError, AttributeError):
        pass
    raise ProtocolError(f"An answer that should be a {kind.__name__} is none")

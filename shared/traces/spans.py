"""What one who has something to trace sees of a span."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Any, Protocol

Attributes = Mapping[str, str | int | float]


class Kind(StrEnum):
    """How a span stands to the one it is part of."""

    INTERNAL = "internal"
    CLIENT = "client"
    PRODUCER = "producer"
    CONSUMER = "consumer"


class Span(Protocol):
    """Something that takes time. Names, figures and ids belong in it; never what anybody wrote."""

    @property
    def traceparent(self) -> str:
        """What whoever goes on with the trace has to be told; empty where there is none."""

    def note(self, attributes: Attributes) -> None:
        """Add what is known by now."""

    def happened(self, name: str) -> None:
        """Mark this moment."""

    def failed(self, kind: str) -> None:
        """Mark it as failed, with a code or a type."""

    def end(self) -> None:
        """Say that it is over, if nobody else does."""


class Tracer(Protocol):
    """Makes spans and sends them."""

    def span(
        self, name: str, kind: Kind, parent: str, attributes: Attributes
    ) -> AbstractContextManager[Span]:
        """Give a span that all others of this thread are part of meanwhile."""

    def begin(self, name: str, kind: Kind, attributes: Attributes) -> Span:
        """Return a span that no others are part of; whoever began it ends it."""

    def current(self) -> Span:
        """Return the span that others are part of now."""

    def watch(self, app: Any) -> None:
        """Make a span of each request that this Flask app answers."""

    def stop(self) -> None:
        """Send what is left, within a bound."""


class _NoSpan:
    traceparent = ""

    def note(self, attributes: Attributes) -> None:
        pass

    def happened(self, name: str) -> None:
        pass

    def failed(self, kind: str) -> None:
        pass

    def end(self) -> None:
        pass


NO_SPAN: Span = _NoSpan()

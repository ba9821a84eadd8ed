"""Turns a model's edits into events and a result: the same way for a live and a cached reply."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.domain.positions import Placer
from shared.domain.request_guards import guards_of
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.suggestions import DropReason, Edit, as_json
from shared.domain.text import OffsetMap, Span

UNREADABLE = "UNREADABLE"  # an item of the reply that is no edit at all


@dataclass(frozen=True)
class Placed:
    """One edit's fate: the suggestion as clients see it, or why it was dropped."""

    suggestion: dict[str, Any] | None
    dropped: str | None = None


class SuggestionSheet:
    """Collects the suggestions of one job as its edits come in."""

    def __init__(
        self,
        request: SuggestionRequest,
        *,
        epoch: int = 1,
        protected: Iterable[Span] | None = None,
    ) -> None:
        """`epoch` counts the attempts that showed something: no id of theirs comes twice.

        `protected` is all that may not change, unless the text alone tells; see `guards_of`.
        """
        self._request = request
        self._prefix = "sg_" if epoch == 1 else f"sg_{epoch}_"
        self._placer = Placer(
            request.content,
            request.within,
            request.max_suggestions,
            guards_of(request, protected),
        )
        self._offsets = OffsetMap(request.content, request.offset_encoding)
        self._dropped: Counter[str] = Counter()
        self.suggestions: list[dict[str, Any]] = []

    def turn_to(self, part: Span) -> None:
        """Take what is added from now on for this part of the text, and for no other."""
        self._placer.narrow(part)

    def add(self, edit: Edit | None) -> Placed:
        """Place the edit; None stands for an item that could not be read."""
        placed = self._placer.place(edit) if edit else None
        if placed is None or isinstance(placed, DropReason):
            reason = str(placed or UNREADABLE)
            self._dropped[reason] += 1
            return Placed(None, reason)
        suggestion = as_json(placed, self._offsets)
        suggestion["id"] = suggestion["id"].replace("sg_", self._prefix)
        self.suggestions.append(suggestion)
        return Placed(suggestion)

    @property
    def dropped(self) -> dict[str, int]:
        """How many edits have no place, by reason."""
        return dict(self._dropped)

    def result(self, *, model: str, process_time_s: float, token_count: int) -> dict[str, Any]:
        """Return the result of a job whose own call this was."""
        return self._result(model, process_time_s, token_count, cached=False)

    def cached_result(self, *, model: str) -> dict[str, Any]:
        """Return the result of a job that an earlier answer served: no call, no time, no tokens."""
        return self._result(model, 0.0, 0, cached=True)

    def _result(
        self, model: str, process_time_s: float, token_count: int, *, cached: bool
    ) -> dict[str, Any]:
        return {
            "suggestions": self.suggestions,
            "metadata": {
                "processTime": round(process_time_s, 3),
                "tokenCount": token_count,
                "model": model,
                "cached": cached,
                "offset_encoding": self._request.offset_encoding,
                "dropped": self.dropped,
            },
        }

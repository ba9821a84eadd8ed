"""What came of a file: its suggestions, and the texts that they make."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from copydesk.applying import apply_suggestions
from copydesk.cli.exits import ExitCode
from copydesk.cli.orders import Order
from copydesk.cli.sources import SourceFormat
from copydesk.models.jobs import Section
from copydesk.models.suggestions import Suggestion


@dataclass(frozen=True)
class Finished:
    """A file whose batch has succeeded; `text` is what the suggestions are about."""

    order: Order
    text: str
    suggestions: Sequence[Suggestion]
    failed: Sequence[Section] = ()

    @property
    def name(self) -> str:
        return self.order.source.name

    @property
    def status(self) -> ExitCode:
        return ExitCode.PARTIAL if self.order.batch.outcome == "partial" else ExitCode.DONE

    @property
    def wanted(self) -> list[Suggestion]:
        """Those that nobody rejected."""
        return [each for each in self.suggestions if each.state != "rejected"]

    @property
    def open(self) -> list[Suggestion]:
        """Those that nobody decided on, in the text's order."""
        pending = [each for each in self.suggestions if each.state == "pending"]
        return sorted(pending, key=lambda each: each.start)

    @cached_property
    def is_docx(self) -> bool:
        return self.order.source.format is SourceFormat.DOCX

    def improved(self, chosen: Sequence[Suggestion]) -> str:
        """Return the text with these suggestions in it, and the file's own line ends."""
        newer = apply_suggestions(self.text, chosen, offset_encoding="codepoint")
        return newer if self.is_docx else self.order.source.with_line_ends(newer)

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        batch = self.order.batch
        return {
            "file": self.name,
            "batch": batch.id,
            "status": batch.status,
            "outcome": batch.outcome,
            "counts": dict(batch.counts),
            "cost_usd": batch.usage.cost_usd,
            "saved_usd": batch.saved_usd,
            "suggestions": [_told(each) for each in self.suggestions],
            "failed": [{"section": each.id, "code": code_of(each)} for each in self.failed],
        }


def finished(order: Order, text: str) -> Finished:
    """Read what came of a batch that is over.

    :raises JobFailedError: it ended without a result
    """
    batch = order.batch
    suggestions = batch.result().suggestions
    failed: list[Section] = []
    if batch.outcome == "partial":
        failed = [each for each in batch.sections() if each.status != "succeeded"]
    return Finished(order, text, suggestions, failed)


def code_of(section: Section) -> str:
    """Return why a section came to nothing."""
    return section.error.code if section.error else section.status.upper()


def _told(suggestion: Suggestion) -> dict[str, Any]:
    names = ("id", "start", "end", "original", "suggested", "explanation", "category", "state")
    return {name: getattr(suggestion, name) for name in names}

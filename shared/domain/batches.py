"""What is to be improved section by section, as it travels from web to worker."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from shared.domain.prompts import PROMPT_VERSION, Prompt
from shared.domain.suggestion_requests import MAX_SUGGESTIONS
from shared.domain.suggestions import EDIT_VERSION
from shared.domain.text import OffsetEncoding, Span, TextFormat

MOST_SECTIONS = 5000  # of one batch: more are refused, or joined where the text is cut for them


class OnError(StrEnum):
    """What becomes of the other sections when one fails."""

    CONTINUE = "continue"
    STOP = "stop"


@dataclass(frozen=True)
class SentSection:
    """A section that the caller cut out; `custom_id` is their name for it."""

    custom_id: str
    content: str


@dataclass(frozen=True)
class BatchRequest:
    """What to improve, how, and what it may cost.

    `content` is the whole document, empty where `sections` were sent; of it the part `within` is
    worked on. `title` is that of a stored document. `brief` is what the writer says of the whole.
    What `is_fresh` is asked about anew, whatever answers were kept.
    """

    content: str
    within: Span
    format: TextFormat
    prompt: Prompt
    sections: tuple[SentSection, ...] = ()
    title: str = ""
    brief: str = ""
    on_error: OnError = OnError.CONTINUE
    max_cost_usd: float | None = None
    offset_encoding: OffsetEncoding = OffsetEncoding.UTF16
    max_suggestions: int = MAX_SUGGESTIONS
    keep_answers: bool = True
    is_fresh: bool = False
    document_id: str | None = None
    revision: int | None = None

    def work_mark(self, *, engine: str, owner: str) -> str:
        """Return the SHA-256 under which an identical batch in flight is joined.

        `engine` tells one model at one server from all others.
        """
        shape = [PROMPT_VERSION, EDIT_VERSION, "batch", owner, engine, self]
        return hashlib.sha256(orjson.dumps(shape)).hexdigest()

    @property
    def source(self) -> dict[str, Any]:
        """What every view of the job tells of the document."""
        return {"document_id": self.document_id, "revision": self.revision}

    @classmethod
    def from_stored(cls, fields: Mapping[str, Any]) -> "BatchRequest":
        """Return the request that was stored, field by field, as JSON."""
        return cls(
            **dict(fields)
            | {
                "within": Span(**fields["within"]),
                "format": TextFormat(fields["format"]),
                "prompt": Prompt(**fields["prompt"]),
                "sections": tuple(SentSection(**one) for one in fields["sections"]),
                "on_error": OnError(fields["on_error"]),
                "offset_encoding": OffsetEncoding(fields["offset_encoding"]),
            }
        )

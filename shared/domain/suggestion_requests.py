"""A request for suggestions as it travels from web to worker."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from shared.domain.prompts import PROMPT_VERSION, Prompt
from shared.domain.suggestions import EDIT_VERSION
from shared.domain.text import OffsetEncoding, Span, TextFormat

MAX_SUGGESTIONS = 20


@dataclass(frozen=True)
class SuggestionRequest:
    """What to improve, how, and in which unit the answer counts.

    `document_id` and `revision` say of which stored document this is the text, if of any.
    """

    content: str
    within: Span
    format: TextFormat
    prompt: Prompt
    offset_encoding: OffsetEncoding = OffsetEncoding.UTF16
    max_suggestions: int = MAX_SUGGESTIONS
    keep_answer: bool = True
    document_id: str | None = None
    revision: int | None = None

    def answer_mark(self, *, engine: str, owner: str) -> str:
        """Return the SHA-256 of all that shapes the model's answer.

        `engine` tells one model at one server from all others. How many are shown and how they
        are counted is no part of it: edits are kept before placing.
        """
        shape = [
            PROMPT_VERSION,
            EDIT_VERSION,
            owner,
            engine,
            self.format,
            self.within.start,
            self.within.end,
            self.prompt.template_id,
            self.prompt.version,
            self.prompt.style,
            self.prompt.instruction,
            self.content,
        ]
        return hashlib.sha256(orjson.dumps(shape)).hexdigest()

    @property
    def size(self) -> int:
        """How many characters are to be worked on."""
        return self.within.end - self.within.start

    @property
    def rendering(self) -> str:
        """What distinguishes two ways to show the same answer."""
        return f"{self.offset_encoding}:{self.max_suggestions}"

    def work_mark(self, answer: str) -> str:
        """Return the fingerprint under which identical work in flight is shared, log and all.

        `answer` is the request's `answer_mark`.
        """
        return hashlib.sha256(f"{answer} {self.rendering}".encode()).hexdigest()

    @property
    def source(self) -> dict[str, Any]:
        """What every view of the job tells of the document."""
        return {"document_id": self.document_id, "revision": self.revision}

    @classmethod
    def from_stored(cls, fields: Mapping[str, Any]) -> "SuggestionRequest":
        """Return the request that was stored, field by field, as JSON."""
        return cls(
            **dict(fields)
            | {
                "within": Span(**fields["within"]),
                "format": TextFormat(fields["format"]),
                "prompt": Prompt(**fields["prompt"]),
                "offset_encoding": OffsetEncoding(fields["offset_encoding"]),
            }
        )

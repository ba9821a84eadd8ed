"""The work on one section of a batch, as it travels from the planner to whoever does it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared.domain.prompts import PROMPT_VERSION, Prompt
from shared.domain.section_prompts import (
    SECTION_PROMPT_VERSION,
    DocumentBrief,
    Edges,
    SectionBrief,
)
from shared.domain.suggestion_requests import MAX_SUGGESTIONS, SuggestionRequest
from shared.domain.suggestions import EDIT_VERSION
from shared.domain.text import OffsetEncoding, Span, TextFormat


@dataclass(frozen=True)
class SectionRequest:
    """A section's own part of its work: its text, and what stands around it.

    `protected` is all that no suggestion may touch, as the whole document shows it: the name of a
    link whose address stands elsewhere, for example.
    `beside` is what stands right before and behind: a suggestion must read as proposed there, and
    that is no part of what is asked.
    """

    content: str
    edges: Edges = field(default_factory=Edges)
    protected: tuple[Span, ...] = ()
    beside: tuple[str, str] = ("", "")

    @property
    def protection(self) -> str:
        """What tells apart two sections of the same words in which other edits have a place."""
        return hashlib.sha256(orjson.dumps([self.protected, self.beside])).hexdigest()

    def to_json(self) -> str:
        """Return the section as it is stored."""
        stored = {
            "content": self.content,
            "edges": self.edges,
            "protected": [end for span in self.protected for end in (span.start, span.end)],
            "beside": self.beside,
        }
        return orjson.dumps(stored).decode()

    @classmethod
    def from_json(cls, stored: str) -> "SectionRequest":
        """Return the section that was stored."""
        fields = orjson.loads(stored)
        ends = iter(fields["protected"])
        return cls(
            fields["content"],
            Edges(**fields["edges"]),
            tuple(map(Span, ends, ends)),
            tuple(fields["beside"]),
        )


@dataclass(frozen=True)
class SectionTerms:
    """What all sections of a batch share: the task, how the answer counts, and the document.

    `owner` is whose the batch was when it was planned; a lease knows whose it is by now.
    """

    prompt: Prompt
    format: TextFormat
    document: DocumentBrief
    offset_encoding: OffsetEncoding = OffsetEncoding.UTF16
    max_suggestions: int = MAX_SUGGESTIONS
    keep_answers: bool = True
    is_fresh: bool = False
    owner: str = ""

    def answer_mark(self, section: SectionRequest, *, engine: str, owner: str) -> str:
        """Return the SHA-256 of all that decides whether a section has to be asked about again.

        Title and outline are no part of it: they change with every heading, and the edits of a
        section stay good under an outline that is one version old. How many are shown and how they
        are counted is none either: edits are kept before placing.
        """
        shape = [
            "section",
            SECTION_PROMPT_VERSION,
            PROMPT_VERSION,
            EDIT_VERSION,
            owner,
            engine,
            self.format,
            self.prompt,
            self.document.wish,
            section.content,
            section.edges,
        ]
        return hashlib.sha256(orjson.dumps(shape)).hexdigest()

    def work_mark(self, section: SectionRequest, answer: str) -> str:
        """Return the fingerprint under which the same section in flight is shared.

        `answer` is its `answer_mark`.
        """
        shown = f"{section.protection} {self.max_suggestions} {self.offset_encoding}"
        return hashlib.sha256(f"section {answer} {shown}".encode()).hexdigest()

    def suggestions_for(self, section: SectionRequest) -> SuggestionRequest:
        """Return what is asked for: places count from the section's own start."""
        return SuggestionRequest(
            section.content,
            Span(0, len(section.content)),
            self.format,
            self.prompt,
            self.offset_encoding,
            self.max_suggestions,
            self.keep_answers,
        )

    def brief_for(self, section: SectionRequest) -> SectionBrief:
        """Return what the model is told of the section beside its text."""
        return SectionBrief(self.document, section.edges)

    def to_json(self) -> str:
        """Return the terms as they are stored."""
        return orjson.dumps(self).decode()

    @classmethod
    def from_json(cls, stored: str) -> "SectionTerms":
        """Return the terms that were stored."""
        fields: Mapping[str, Any] = orjson.loads(stored)
        return cls(
            **dict(fields)
            | {
                "prompt": Prompt(**fields["prompt"]),
                "format": TextFormat(fields["format"]),
                "document": DocumentBrief(**fields["document"]),
                "offset_encoding": OffsetEncoding(fields["offset_encoding"]),
            }
        )

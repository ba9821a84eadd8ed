"""Templates as they are kept: the system's, and those that somebody made."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from shared.domain.prompt_templates import Style, Template
from shared.domain.prompts import MeaningPolicy
from shared.domain.search_terms import folded, matches, search_words

MOST_TEMPLATES = 200  # of one owner
MOST_VERSIONS = 1000  # of one template
LONGEST_INSTRUCTION = 4000
_MOST_WORDS = 100
_MOST_ASKED = 10  # words of one search

_OWN_ID = re.compile(r"tpl_[0-9a-f]{32}")


@dataclass(frozen=True)
class TemplateText:
    """What a version of a template says."""

    name: str
    description: str
    category: str
    style: Style
    meaning: MeaningPolicy
    instruction: str
    parameters: Mapping[str, Any]

    @classmethod
    def of(cls, template: Template) -> "TemplateText":
        """Return what this template says."""
        said = asdict(template)
        return cls(**{name: said[name] for name in cls.__dataclass_fields__})

    @property
    def terms(self) -> tuple[str, ...]:
        """The words under which it is found."""
        return search_words(self.name, self.description, self.category)[:_MOST_WORDS]


@dataclass(frozen=True)
class TemplateReference:
    """One version of a template."""

    id: str
    version: int


@dataclass(frozen=True)
class StoredTemplate:
    """A version of a template; the system's have no dates of their own."""

    template: Template
    is_system: bool = True
    created_ms: int | None = None
    changed_ms: int | None = None
    forked_from: TemplateReference | None = None


@dataclass(frozen=True)
class TemplateFilter:
    """Which templates to list: of this category, and with these words in what they are called."""

    category: str | None = None
    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, category: str | None, q: str | None) -> "TemplateFilter":
        """Return the filter for what was typed."""
        return cls(folded(category) if category else None, search_words(q or "")[:_MOST_ASKED])

    def takes(self, template: Template) -> bool:
        """Return whether the template is one of them."""
        text = TemplateText.of(template)
        is_of_it = self.category in (None, folded(text.category))
        return is_of_it and matches(self.words, text.terms)


def own_template_id(unique: str) -> str:
    """Return the id of a template that somebody makes; `unique` sorts by time."""
    return f"tpl_{unique}"


def is_own_template_id(text: str) -> bool:
    """Return whether this may be the id of a template that somebody made."""
    return _OWN_ID.fullmatch(text) is not None

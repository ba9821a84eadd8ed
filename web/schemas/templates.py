"""Prompt templates as clients see them, and as they make them."""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from shared.domain.parameter_schemas import schema_faults
from shared.domain.prompt_templates import Style
from shared.domain.prompts import MeaningPolicy
from shared.domain.stored_templates import LONGEST_INSTRUCTION, TemplateText
from web.schemas.common import PageQuery, RequestBody, ResponseBody
from web.schemas.suggestions import HIGHEST_VERSION

_NO_PARAMETERS: Mapping[str, Any] = {
    "type": "object",
    "properties": {},
    "additionalProperties": False,
}
_NOT_IN_A_LINE = ("Cc", "Cs", "Zl", "Zp")


def _is_line(text: str) -> str:
    if any(unicodedata.category(character) in _NOT_IN_A_LINE for character in text):
        raise ValueError("Must be one line")
    return text


def _is_said(text: str) -> str:
    if not text.strip():
        raise ValueError("Must not be blank")
    return text


Line = AfterValidator(_is_line)
Said = AfterValidator(_is_said)
Name = Annotated[str, Field(min_length=1, max_length=100), Line, Said]


class TemplateBody(RequestBody):
    """What a template says; `parameters` describes what stands in braces in the instruction.

    `style` chooses how the model is introduced to its task, `meaning` what becomes of suggestions
    that change a number, a name or the like.
    """

    name: Name
    description: Annotated[str, Field(max_length=500), Line] = ""
    category: Annotated[str, Field(min_length=1, max_length=40), Line, Said] = "other"
    style: Style = "default"
    meaning: MeaningPolicy = "flag"
    instruction: Annotated[str, Field(min_length=1, max_length=LONGEST_INSTRUCTION), Said]
    parameters: dict[str, object] = Field(default_factory=dict, validate_default=True)

    @field_validator("instruction")
    @classmethod
    def _is_text(cls, instruction: str) -> str:
        if "\x00" in instruction:
            raise ValueError("Must not hold NUL characters")
        return instruction

    @field_validator("parameters")
    @classmethod
    def _fit_the_instruction(
        cls, parameters: dict[str, object], info: ValidationInfo
    ) -> dict[str, object]:
        described = parameters or dict(_NO_PARAMETERS)
        if "instruction" not in info.data:
            return described  # there is no telling, and the instruction's own fault is told
        if faults := list(schema_faults(described, info.data["instruction"])):
            raise ValueError("; ".join(faults))
        return described

    def to_domain(self) -> TemplateText:
        """Return what the template is to say."""
        return TemplateText(**{name: getattr(self, name) for name in type(self).model_fields})


class ForkBody(RequestBody):
    """What the copy is called, and of which version it is; both may be left out."""

    name: Name | None = None
    version: Annotated[int, Field(ge=1, le=HIGHEST_VERSION)] | None = None


class TemplateQuery(PageQuery):
    """Which templates: of a category, with words that begin like those of `q`, and whose."""

    category: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    q: Annotated[str, Field(max_length=200)] | None = None
    owner: Literal["me", "system"] | None = None


class VersionsQuery(PageQuery):
    """Which page of the versions."""

    cursor: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,8}$")] | None = None

    @property
    def after(self) -> int:
        """The version behind which the page begins."""
        return int(self.cursor or 0)


class TemplateVersionReference(ResponseBody):
    """One version of a template."""

    id: str
    version: int


class TemplateView(ResponseBody):
    """A template; the system's have no dates."""

    id: str
    version: int
    name: str
    description: str
    category: str
    style: Style
    meaning: MeaningPolicy
    instruction: str
    parameters: dict[str, object]
    system: bool
    forked_from: TemplateVersionReference | None
    created_at: str | None
    updated_at: str | None


class TemplateList(ResponseBody):
    """A page of templates: the caller's own, newest first, then the system's."""

    templates: list[TemplateView]
    next_cursor: str | None


class TemplateVersionList(ResponseBody):
    """A page of a template's versions, from the first on."""

    versions: list[TemplateView]
    next_cursor: str | None


class IntervalView(ResponseBody):
    """Between which shares the true one lies, in 95 of 100 cases."""

    low: float
    high: float


class VersionPerformance(ResponseBody):
    """How a version did: suggestions accepted and rejected, and the share of the accepted.

    Both `acceptance_rate` and `interval` are null where nobody has decided yet.
    """

    version: int
    accepted: int
    rejected: int
    decided: int
    acceptance_rate: float | None
    interval: IntervalView | None


class TemplatePerformance(ResponseBody):
    """How the versions of a template did, from the first on."""

    template_id: str
    versions: list[VersionPerformance]
    next_cursor: str | None

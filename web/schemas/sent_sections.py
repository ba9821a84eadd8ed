"""The sections that a caller cut out, and all that may be wrong with them."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field, ValidationError, field_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from shared.domain.text import count_words
from web.schemas.common import RequestBody
from web.schemas.suggestions import MOST_WORDS, workable

_LONGEST_ID = 100


class SectionBody(RequestBody):
    """A section as the caller cut it out, under a name of their own."""

    custom_id: Annotated[str, Field(min_length=1, max_length=_LONGEST_ID)]
    content: str

    @field_validator("custom_id")
    @classmethod
    def _can_be_stored(cls, custom_id: str) -> str:
        return without_nul(custom_id)

    @field_validator("content")
    @classmethod
    def _is_workable(cls, content: str) -> str:
        return workable(content)


def without_nul(text: str) -> str:
    """Return the text.

    :raises ValueError: few stores keep it
    """
    if "\x00" in text:
        raise ValueError("This must not hold NUL characters")
    return text


def faults_in(error: ValidationError) -> Iterator[InitErrorDetails]:
    """Yield what is wrong with each, to be told beside what is wrong with all."""
    for one in error.errors(include_url=False, include_input=False, include_context=False):
        yield fault(one["msg"], *one["loc"])


def faults_of(sent: Iterable[object]) -> list[InitErrorDetails]:
    """Return what is wrong with them together, be some no sections at all."""
    faults, named, words = [], set(), 0
    for index, section in enumerate(sent):
        name, content = _strings(section)
        words += count_words(content)
        if name in named:
            faults.append(fault("An earlier section has this custom_id", index, "custom_id"))
        named |= {name} - {""}
    if words > MOST_WORDS:
        faults.append(fault(f"All sections together exceed {MOST_WORDS:,} words"))
    return faults


def fault(told: str, *place: int | str) -> InitErrorDetails:
    """Return what is wrong at this place among the sections."""
    return InitErrorDetails(type=PydanticCustomError("section", told), loc=place, input=None)


def refuse(faults: list[InitErrorDetails]) -> None:
    """Tell them all: a plain ValueError would be one."""
    if faults:
        raise ValidationError.from_exception_data("sections", faults)


def _strings(section: object) -> tuple[str, str]:
    """Return name and content of what may be no section at all."""
    fields = section if isinstance(section, dict) else {}
    name, content = fields.get("custom_id"), fields.get("content")
    return name if isinstance(name, str) else "", content if isinstance(content, str) else ""

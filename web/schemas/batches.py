"""The order for a batch, how far it is, and its sections."""

from typing import Annotated, Literal

from pydantic import (
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic_core import InitErrorDetails

from shared.domain.batches import MOST_SECTIONS, OnError
from shared.jobs.states import Status
from web.schemas.common import PageQuery, ResponseBody
from web.schemas.jobs import JobErrorView, JobView, StatusName
from web.schemas.sent_sections import (
    SectionBody,
    fault,
    faults_in,
    faults_of,
    refuse,
    without_nul,
)
from web.schemas.suggestions import DocumentBody, Format, OrderBody, PromptBody, SuggestionItem

MODEL_HAS_PRICE = "model_has_price"  # what the validation has to know
_LONGEST_BRIEF = 4000
_MOST_USD = 1_000_000_000  # as much as can be counted


class BatchBody(OrderBody):
    """A whole document, or the sections of one, to be improved section by section.

    `format` is that of the sections; a document has its own. `brief` is what there is to know of
    the whole, `max_suggestions` holds for each section, and `max_cost_usd` for the whole batch.
    """

    document: DocumentBody | None = None
    sections: Annotated[list[SectionBody], Field(min_length=1, max_length=MOST_SECTIONS)] | None = (
        Field(None, validate_default=True)
    )
    format: Format | None = None
    prompt: PromptBody
    brief: Annotated[str, Field(max_length=_LONGEST_BRIEF)] | None = None
    on_error: Literal["continue", "stop"] = OnError.CONTINUE.value
    max_cost_usd: Annotated[float, Field(gt=0, le=_MOST_USD, allow_inf_nan=False)] | None = None

    @field_validator("sections", mode="wrap")
    @classmethod
    def _make_a_document(
        cls, sent: object, each: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> list[SectionBody] | None:
        """Check each of them, and all together: a fault of one hides none of the others'."""
        sections = None
        faults: list[InitErrorDetails] = []
        try:
            sections = each(sent)
        except ValidationError as error:
            faults += faults_in(error)
        # A document that broke a rule of its own is missing here: it was sent all the same.
        if (info.data.get("document", "broken") is None) == (sent is None):
            faults.append(fault("Give either a `document` or `sections`"))
        if isinstance(sent, list) and len(sent) <= MOST_SECTIONS:
            faults += faults_of(sent)
        refuse(faults)
        return sections

    @field_validator("format")
    @classmethod
    def _is_of_sections(cls, form: Format | None, info: ValidationInfo) -> Format | None:
        if form is not None and info.data.get("sections", "broken") is None:
            raise ValueError("This is the format of `sections`; use `document.format`")
        return form

    @field_validator("brief")
    @classmethod
    def _can_be_stored(cls, brief: str | None) -> str | None:
        return None if brief is None else without_nul(brief)

    @field_validator("max_cost_usd")
    @classmethod
    def _can_be_kept(cls, dollars: float | None, info: ValidationInfo) -> float | None:
        if dollars is not None and not (info.context or {}).get(MODEL_HAS_PRICE, True):
            raise ValueError("The price of this model is not known, so no limit could be kept")
        return dollars


class SectionCounts(ResponseBody):
    """How many sections stand where; those answered from the cache are among the succeeded."""

    total: int
    queued: int
    running: int
    waiting: int
    succeeded: int
    failed: int
    cancelled: int
    expired: int
    superseded: int
    cached: int


class BatchView(JobView):
    """A batch: a job, and how far its sections are.

    `saved_usd` is what the sections from the cache cost when they were made; `eta_s` an estimate of
    the seconds that are left, null while nobody can tell.
    """

    counts: SectionCounts
    saved_usd: float
    eta_s: int | None


class SectionView(ResponseBody):
    """A section, half-open; what is counted is told with the batch.

    The places are in the whole document, or, where sections were sent, in this one.
    """

    id: str
    custom_id: str | None
    start: int
    end: int
    status: StatusName
    cached: bool
    suggestions: list[SuggestionItem]
    error: JobErrorView | None


class SectionList(ResponseBody):
    """A page of sections, in the order of the document."""

    sections: list[SectionView]
    next_cursor: str | None


class SectionsQuery(PageQuery):
    """Which sections to list."""

    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,9}$")] = "0"
    status: StatusName | None = None

    @property
    def only(self) -> Status | None:
        """The state that is asked for, or None for all."""
        return Status(self.status) if self.status else None

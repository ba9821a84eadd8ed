"""What was used, and how templates do, as clients see it."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from web.schemas.common import RequestBody, ResponseBody
from web.schemas.templates import VersionPerformance

LONGEST_DAYS = 366
_USUAL_DAYS = 30

Day = Annotated[date, Field(strict=False, ge=date(2000, 1, 1))]


class UsageQuery(RequestBody):
    """From which day to which, both included, in UTC; the last 30 days where nothing is said."""

    from_day: Day | None = Field(None, alias="from")
    to_day: Day | None = Field(None, alias="to")

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if not 0 <= (self.last - self.first).days < LONGEST_DAYS:
            raise ValueError(f"from: Must be at most {LONGEST_DAYS - 1} days before `to`")
        return self

    @property
    def last(self) -> date:
        """The last day asked for."""
        return self.to_day or datetime.now(UTC).date()

    @property
    def first(self) -> date:
        """The first day asked for."""
        return self.from_day or self.last - timedelta(days=_USUAL_DAYS - 1)


class UsageTotal(ResponseBody):
    """Jobs that ended, and what their calls to the model used.

    `by_kind` counts them by kind and by outcome, or by how they ended without success. `joined`
    counts those that followed the same work of an earlier job: that one shows what it used.
    `cached_share` is the part that was answered from the cache, null without jobs.
    `unpriced_jobs` used a model whose price is not known, and are missing in `cost_usd`.
    """

    jobs: int
    by_kind: dict[str, dict[str, int]]
    joined: int
    cached_share: float | None
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: float
    unpriced_jobs: int


class UsageDayView(UsageTotal):
    """The usage of one day, in UTC; a job counts on the day on which it ended."""

    day: str


class UsageReport(ResponseBody):
    """The usage of each day, the oldest first, and of all."""

    from_day: str = Field(alias="from")
    to_day: str = Field(alias="to")
    days: list[UsageDayView]
    total: UsageTotal


class TemplateReport(ResponseBody):
    """How each version of a template did."""

    id: str
    name: str
    versions: list[VersionPerformance]


class TemplateReports(ResponseBody):
    """How the system's templates did, by id."""

    templates: list[TemplateReport]

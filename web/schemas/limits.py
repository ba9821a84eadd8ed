"""What is left of a caller's limits."""

from web.schemas.common import ResponseBody


class LimitView(ResponseBody):
    """A token bucket; it is full again in `reset_s` seconds."""

    tier: str
    service: str
    limit: int
    remaining: int
    reset_s: int


class BudgetView(ResponseBody):
    """The caller's budget of the day, in UTC; no limit where none is set."""

    limit_usd: float | None
    spent_usd: float
    reserved_usd: float
    resets_at: str


class LimitsView(ResponseBody):
    """All limits of a caller."""

    limits: list[LimitView]
    budget: BudgetView

"""A job as clients see it."""

from typing import Annotated, Literal

from pydantic import Field, RootModel

from shared.jobs.records import JobFilter
from web.schemas.chat import ChatResult
from web.schemas.common import LONGEST_PAGE, PAGE, PageQuery, RequestBody, ResponseBody
from web.schemas.suggestions import SuggestionResult

LONGEST_WAIT_S = 60
_HIGHEST_ID = 2**53  # what JSON numbers hold exactly

Kind = Literal["suggestion", "chat", "batch"]
StatusName = Literal[
    "queued",
    "running",
    "waiting",
    "succeeded",
    "failed",
    "cancelled",
    "expired",
    "superseded",
]


class QueueView(ResponseBody):
    """Where the job waits; the position is an estimate."""

    name: str
    position: int | None


class ProgressView(ResponseBody):
    """How much is done."""

    done: int
    total: int


class TemplateReference(ResponseBody):
    """The template that was used."""

    id: str
    version: int


class CacheView(ResponseBody):
    """Whether an earlier answer served; `age` in seconds."""

    hit: bool
    age: int | None


class DedupView(ResponseBody):
    """Whether the job shares work that another one began."""

    joined: bool


class UsageView(ResponseBody):
    """Tokens and dollars of this job's own calls."""

    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: float | None


class JobErrorView(ResponseBody):
    """Why a job failed."""

    code: str
    message: str
    request_id: str | None = None
    retryable: bool
    retry_after_ms: int | None = None


class JobUrls(ResponseBody):
    """Where to go on."""

    self: str
    result: str
    events: str
    cancel: str


class JobResult(RootModel[SuggestionResult | ChatResult]):
    """What a job made: each kind has a shape of its own."""


class JobView(ResponseBody):
    """A job."""

    id: str
    kind: Kind
    status: StatusName
    outcome: Literal["complete", "partial", "degraded", "cached"] | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    expires_at: str | None
    attempt: int
    wait_reason: (
        Literal["rate_limit", "budget", "provider_backoff", "circuit_open", "dependency"] | None
    )
    queue: QueueView
    progress: ProgressView
    document_id: str | None
    revision: int | None
    conversation_id: str | None
    template: TemplateReference | None
    model: str
    cache: CacheView
    dedup: DedupView
    usage: UsageView
    result: SuggestionResult | ChatResult | None
    error: JobErrorView | None
    retry_of: str | None
    urls: JobUrls


class EventView(ResponseBody):
    """An entry of a job's log."""

    id: int
    event: str
    data: dict[str, object]


class EventPage(ResponseBody):
    """Part of a job's log; `final` when nothing will follow `next_after`."""

    events: list[EventView]
    next_after: int
    final: bool


class JobList(ResponseBody):
    """A page of jobs, newest first; their results are not among it."""

    jobs: list[JobView]
    next_cursor: str | None


class StreamToken(ResponseBody):
    """Opens the events of one job, as `?st=`, for so many seconds."""

    token: str
    expires_in: int


class JobsQuery(PageQuery):
    """Which jobs to list."""

    kind: Kind | None = None
    status: StatusName | None = None
    document_id: Annotated[str, Field(min_length=1, max_length=100)] | None = None

    def to_filter(self) -> JobFilter:
        return JobFilter(self.kind or "", self.status or "", self.document_id or "")


class WaitQuery(RequestBody):
    """How long to wait for the end, in seconds."""

    wait: Annotated[int, Field(ge=0, le=LONGEST_WAIT_S, strict=False)] = 0


class ResultQuery(RequestBody):
    """How to show the result: as it is, or as the text with its tracked changes.

    `docx` is for a word processor, which accepts and rejects them; `text` is the new text itself.
    """

    format: Literal["json", "html", "markdown", "diff", "docx", "text"] = "json"


class EventsQuery(WaitQuery):
    """Where to begin, and how much to give; `after`, `limit` and `wait` may all be left out."""

    after: Annotated[int, Field(ge=0, le=_HIGHEST_ID, strict=False)] | None = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE, strict=False)] = PAGE
    st: str | None = None
    snapshot: Annotated[int, Field(ge=0, le=1, strict=False)] = 0

"""What bodies have in common."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

LONGEST_PAGE = 200
PAGE = 50


class RequestBody(BaseModel):
    """A body that is taken at its word: no unknown fields, no "20" for 20."""

    model_config = ConfigDict(extra="forbid", strict=True)


class FormBody(RequestBody):
    """A body that is sent as `multipart/form-data`."""


class ResponseBody(BaseModel):
    """A body that we promise; named in the API's description and held against real answers."""

    model_config = ConfigDict(extra="forbid")


class FileBody(ResponseBody):
    """The bytes of a file."""

    media_types: ClassVar[tuple[str, ...]] = ()


class FaultBody(ResponseBody):
    """One thing that is wrong with a request."""

    field: str
    error: str


class ErrorDetail(ResponseBody):
    """What went wrong."""

    code: str
    message: str
    details: list[FaultBody]
    request_id: str
    retryable: bool
    retry_after_ms: int | None
    job_error: dict[str, object] | None = None


class ErrorBody(ResponseBody):
    """The envelope of every error."""

    error: ErrorDetail


class PageQuery(RequestBody):
    """Which page of a list: behind `cursor`, which an earlier page gave as `next_cursor`."""

    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE, strict=False)] = PAGE
    cursor: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,200}$")] | None = None


Offset = Annotated[int, Field(ge=0)]

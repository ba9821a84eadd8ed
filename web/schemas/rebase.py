"""The body of a rebase, and its answer."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from web.schemas.common import Offset, RequestBody, ResponseBody
from web.schemas.suggestions import Encoding

_MOST = 1000


class QuoteBody(RequestBody):
    """A suggestion as it was given; what else stands in it does not matter here."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, Field(min_length=1, max_length=100)]
    original: str
    start: Offset
    end: Offset


class RebaseBody(RequestBody):
    """Suggestions for the text `old`, or those of a job, and the text as it is now.

    With `job_id` the old text is the job's own, unless it is given.
    """

    suggestions: Annotated[list[QuoteBody], Field(max_length=_MOST)] | None = None
    job_id: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    old: str | None = None
    new: str
    offset_encoding: Encoding = "utf-16"

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if (self.suggestions is None) == (self.job_id is None):
            raise ValueError("Give either `suggestions` or `job_id`")
        if self.suggestions is not None and self.old is None:
            raise ValueError("`suggestions` need the `old` text that they are about")
        return self


class RebasedBody(ResponseBody):
    """What became of one suggestion; it has a place unless it is `conflicted` or `gone`."""

    id: str
    state: Literal["unchanged", "moved", "conflicted", "gone"]
    start: int | None
    end: int | None


class RebaseResult(ResponseBody):
    """What became of all of them, in their order."""

    suggestions: list[RebasedBody]
    offset_encoding: Encoding

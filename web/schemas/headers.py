"""Headers that change what a request does; described here, and read by `web.http`."""

from typing import Annotated

from pydantic import Field

from web.schemas.common import RequestBody

_ETAG = "The ETag that was read; several, with commas between them; or `*` for any"
_KNOWN = "The ETag of what one has already: 304 if that is what there is"
_KEY = "Names this request for 24 h: whoever sends it again gets the same job"
_WAIT = "`wait=n`: answer once the job has ended, at the latest after n seconds (60 at most)"
_EVENT = "The last event that was seen: those behind it follow"


class ChangeHeaders(RequestBody):
    """What one may say about what is to be changed."""

    if_match: str | None = Field(None, alias="If-Match", description=_ETAG)


class SaveHeaders(RequestBody):
    """What one has to say about what is to be replaced."""

    if_match: str = Field(alias="If-Match", description=_ETAG)


class ReadHeaders(RequestBody):
    """What one has already."""

    if_none_match: str | None = Field(None, alias="If-None-Match", description=_KNOWN)


class OrderHeaders(RequestBody):
    """How a job is to be accepted."""

    idempotency_key: Annotated[str, Field(min_length=1, max_length=255)] | None = Field(
        None, alias="Idempotency-Key", description=_KEY
    )
    prefer: str | None = Field(None, alias="Prefer", description=_WAIT)


class FollowHeaders(RequestBody):
    """From where on one follows a job."""

    last_event_id: str | None = Field(None, alias="Last-Event-ID", description=_EVENT)

"""The settings of what operators look at."""

from pydantic import Field, HttpUrl
from pydantic_settings import BaseSettings


class OperatorSettings(BaseSettings):
    """Where the operators' page points to."""

    flower_url: HttpUrl | None = Field(
        None,
        description="Address of Flower as operators' browsers reach it, for the link on `/ops`; "
        "default: `FLOWER_PORT` of this machine",
    )
    runbook_url: HttpUrl | None = Field(
        None,
        description="Address of `docs/runbook.md` where operators read it, for the link on `/ops`",
    )

"""The settings of what operators look at."""

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings


class OperatorSettings(BaseSettings):
    """Who may look at Flower, and where the operators' page points to."""

    flower_basic_auth: SecretStr | None = Field(
        None,
        description="`user:password` of Flower; required outside development or loopback",
    )
    flower_control: bool = Field(
        False, description="Whether Flower may also end workers, take away queues and send tasks"
    )
    flower_url: HttpUrl | None = Field(
        None,
        description="Address of Flower as operators' browsers reach it, for the link on `/ops`; "
        "default: `FLOWER_PORT` of this machine while it listens here alone",
    )
    runbook_url: HttpUrl | None = Field(
        None,
        description="Address of `docs/runbook.md` where operators read it, for the link on `/ops`",
    )

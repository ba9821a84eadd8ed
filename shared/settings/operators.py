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

    def lets_in_by_password(self, *, or_anybody: bool) -> bool:
        """Tell whether Flower asks for a name and a password, as browsers send them."""
        if self.flower_basic_auth is None:
            return or_anybody
        user, _, password = self.flower_basic_auth.get_secret_value().partition(":")
        return bool(user and password)

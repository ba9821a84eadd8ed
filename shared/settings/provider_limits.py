"""The settings of how much is asked of a model's server, and when it is left alone."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

_A_MINUTE = Annotated[int, Field(ge=1)]


class ProviderLimitSettings(BaseSettings):
    """The pace of calls, which is learnt where it is not named, and the circuit breaker."""

    provider_rpm: _A_MINUTE | None = Field(
        None,
        description="Requests a minute that the model's server allows, for each model; default "
        "what its `x-ratelimit-*` headers say",
    )
    provider_tpm: _A_MINUTE | None = Field(
        None, description="Tokens a minute that it allows; default as above"
    )
    breaker_failures: Annotated[int, Field(ge=1)] = Field(
        5,
        description="Failures of a model within 30 s after which it is left alone for a while, "
        "if they are at least half of its calls",
    )

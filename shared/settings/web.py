"""What one client may take of a web process."""

from typing import Annotated

from pydantic import Field, PositiveInt
from pydantic_settings import BaseSettings


class WebSettings(BaseSettings):
    """How long a slow client is waited for, and how many streams one caller may hold."""

    client_grace: Annotated[float, Field(gt=0)] = Field(
        20.0,
        description="Seconds that a client may keep the web tier waiting for a request, for more "
        "of a body, or to take more of an answer",
    )
    streams_per_owner: PositiveInt = Field(
        100,
        description="Event streams and long polls that one caller, or one address without account, "
        "may hold open in one web process; a `RATE_LIMIT_SCALE` above 1 multiplies it",
    )

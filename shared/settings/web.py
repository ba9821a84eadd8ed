"""Who may use the web tier from a browser, and what one client may take of a web process."""

from typing import Annotated

from pydantic import Field, PositiveFloat, PositiveInt
from pydantic_settings import BaseSettings

_ORIGIN = r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?"


class WebSettings(BaseSettings):
    """Other sites' pages, slow clients, and callers who hold many streams."""

    cors_origins: str = Field(
        "",
        pattern=rf"^(?:{_ORIGIN}(?: *, *{_ORIGIN})*)?$",
        description="Sites whose pages may use the API from a browser, with commas: "
        "`https://app.example.com`; none by default, and never `*`",
    )
    rate_limit_scale: PositiveFloat = Field(1.0, description="Multiplies every rate limit")
    trusted_proxies: Annotated[int, Field(ge=0)] = Field(
        0, description="How many hops of `X-Forwarded-For` may be believed"
    )
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

    @property
    def origins(self) -> tuple[str, ...]:
        """The sites whose pages may use the API from a browser."""
        return tuple(filter(None, map(str.strip, self.cors_origins.split(","))))

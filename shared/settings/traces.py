"""The settings of traces, under OpenTelemetry's own names."""

from typing import Annotated

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings


class TraceSettings(BaseSettings):
    """Where spans are sent; there are none without an address."""

    otel_exporter_otlp_endpoint: HttpUrl | None = Field(
        None,
        repr=False,
        description="Collector that takes traces by OTLP over HTTP, for example "
        "`http://localhost:4318`; without it there are none",
    )
    otel_exporter_otlp_headers: SecretStr = Field(
        SecretStr(""), description="Headers that the collector wants: `name=value`, with commas"
    )
    otel_traces_sampler_arg: Annotated[float, Field(ge=0, le=1)] = Field(
        1.0, description="Part of the traces that is kept, of those that no caller has decided on"
    )

    @property
    def otlp_headers(self) -> dict[str, str]:
        """The headers by name."""
        pairs = self.otel_exporter_otlp_headers.get_secret_value().split(",")
        named = (pair.partition("=") for pair in pairs if pair.strip())
        return {name.strip().lower(): text.strip() for name, _, text in named}

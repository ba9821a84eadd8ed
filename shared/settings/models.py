"""The settings of the language models."""

from typing import Annotated

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings

KEYLESS_MODEL = "offline-rules-1"


class ModelSettings(BaseSettings):
    """Who is asked, and how much and how long at most; the keyless engine where nobody is named."""

    openai_api_key: SecretStr | None = Field(
        None, description="Key of the model's server; without it and a base URL: the keyless engine"
    )
    openai_base_url: HttpUrl | None = Field(
        None,
        repr=False,
        description="Any server of the OpenAI protocol, for example `http://localhost:11434/v1`",
    )
    openai_model: str = Field("gpt-4o-mini", min_length=1, description="Model that is asked")
    openai_models: str = Field(
        "", description="More models that a chat may name, with commas between them"
    )
    chat_window_tokens: Annotated[int, Field(ge=2000)] = Field(
        24_000, description="Most tokens of a conversation and its document that a model is sent"
    )
    model_context_tokens: Annotated[int, Field(ge=1024)] | None = Field(
        None,
        description="Tokens that a model can hold, prompt and reply together, where that is few: "
        "calls are cut to fit; of several models the least",
    )
    provider_timeout_scale: Annotated[float, Field(gt=0, le=20)] = Field(
        1.0, description="Multiplies the time that a model may take; more than 1 for a slow one"
    )

    @property
    def model(self) -> str:
        """The name under which jobs show who answers them."""
        return KEYLESS_MODEL if self.keyless else self.openai_model

    @property
    def models(self) -> tuple[str, ...]:
        """The models that a chat may name."""
        named = (name.strip() for name in self.openai_models.split(","))
        return tuple(dict.fromkeys((self.openai_model, *filter(None, named))))

    @property
    def engine(self) -> str:
        """What tells one source of answers from another: the model, and whose it is."""
        return f"{self.model} {self.openai_base_url or ''}"

    @property
    def keyless(self) -> bool:
        """Whether no model server is named, so that the built-in rules answer."""
        return self.openai_api_key is None and self.openai_base_url is None

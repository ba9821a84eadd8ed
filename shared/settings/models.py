"""The settings of the language models."""

from typing import Annotated, Self

from pydantic import Field, HttpUrl, SecretStr, model_validator
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

    fallback_model: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="Model that is asked where the first one cannot answer; none by default"
    )
    fallback_base_url: HttpUrl | None = Field(
        None, description="Its server; default the first one's, which is asked with the same key"
    )
    fallback_api_key: SecretStr | None = Field(None, description="Key of its server")

    @model_validator(mode="after")
    def _fallback_is_another(self) -> Self:
        if self.fallback_model is None:
            if self.fallback_base_url or self.fallback_api_key:
                raise ValueError("FALLBACK_MODEL: name it, or nothing of a fallback")
        elif self.keyless:
            raise ValueError("FALLBACK_MODEL: name a first model's key or base URL as well")
        elif self.fallback_model == self.openai_model and not self.fallback_base_url:
            raise ValueError("FALLBACK_MODEL: name another model than OPENAI_MODEL, or its server")
        return self

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

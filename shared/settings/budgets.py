"""The settings of what may be spent."""

from importlib import resources
from typing import Annotated, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, Json, model_validator

from shared.settings.models import KEYLESS_MODEL, ModelSettings

# More has no place in a whole number of billionths, as which money is added up.
Dollars = Annotated[float, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]


class ModelPrice(BaseModel):
    """What a model costs, in dollars for a million tokens; without `cached`, that of `input`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Dollars
    output: Dollars
    cached: Dollars | None = None

    @property
    def table_row(self) -> dict[str, float]:
        """The price as the price table has it."""
        cached = self.input if self.cached is None else self.cached
        return {"input": self.input, "cached": cached, "output": self.output}


class BudgetSettings(ModelSettings):
    """Budgets in US dollars for each UTC day; without one there is no limit."""

    budget_anonymous_usd: Dollars | None = Field(
        None, description="Most that an anonymous session, or an address, may spend in a UTC day"
    )
    budget_user_usd: Dollars | None = Field(
        None, description="Most that a user may spend in a UTC day"
    )
    budget_admin_usd: Dollars | None = Field(
        None, description="Most that an admin may spend in a UTC day"
    )
    budget_installation_usd: Dollars | None = Field(
        None, description="Most that the whole installation may spend in a UTC day"
    )
    model_prices: Json[dict[str, ModelPrice]] = Field(
        default_factory=dict,
        validate_default=False,
        description="Prices beside the built-in table, as JSON, for a million tokens: "
        '`{"my-model": {"input": 0.5, "cached": 0.1, "output": 2}}`',
    )

    @property
    def prices(self) -> dict[str, dict[str, float]]:
        """The prices that this installation names itself."""
        return {model: price.table_row for model, price in self.model_prices.items()}

    @property
    def has_budget(self) -> bool:
        """Whether anything is limited."""
        return self.limits_owners or self.budget_installation_usd is not None

    @property
    def limits_owners(self) -> bool:
        """Whether any owner is limited: then a job is priced as it is submitted."""
        limits = (self.budget_anonymous_usd, self.budget_user_usd, self.budget_admin_usd)
        return any(limit is not None for limit in limits)

    @property
    def asked_models(self) -> tuple[str, ...]:
        """Every model that may be asked, and costs something."""
        own = (KEYLESS_MODEL,) if self.keyless else self.models
        return (*own, self.fallback) if self.fallback else own

    @property
    def fallback(self) -> str | None:
        """The model that is asked in the place of another, if there is one."""
        return None if self.keyless else self.fallback_model

    @model_validator(mode="after")
    def _prices_are_known(self) -> Self:
        unknown = set(self.asked_models) - _listed() - set(self.model_prices)
        if self.has_budget and unknown:
            named = ", ".join(sorted(unknown))
            raise ValueError(f"MODEL_PRICES: with a budget set, name the price of {named}")
        return self


def _listed() -> set[str]:
    """Return the models of the price table, which is data: its module rests on this drawer."""
    table = resources.files("shared.domain") / "prices.json"
    return set(orjson.loads(table.read_bytes()))

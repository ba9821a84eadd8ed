"""What a call costs, in US dollars."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

import orjson

_own: dict[str, Mapping[str, float]] = {}
_PER = 1_000_000  # the table gives dollars for a million tokens, as the provider's price list does


def cost_usd(
    model: str, *, input_tokens: int, cached_tokens: int, output_tokens: int
) -> float | None:
    """Return the cost, or None for a model whose price nobody has named.

    `cached_tokens` are those of the input that the provider had in its own cache.
    """
    price = _own.get(model) or _prices().get(model)
    if price is None:
        return None
    fresh = input_tokens - cached_tokens
    dollars = fresh * price["input"] + cached_tokens * price["cached"]
    return round((dollars + output_tokens * price["output"]) / _PER, 9)


def has_price(model: str) -> bool:
    """Return whether what the model costs is known."""
    return model in _own or model in _prices()


def name_prices(prices: Mapping[str, Mapping[str, float]]) -> None:
    """Let these stand beside `prices.json` and before it: said once, when a process begins."""
    _own.clear()
    _own.update(prices)


@cache
def _prices() -> dict[str, dict[str, float]]:
    prices: dict[str, dict[str, float]] = orjson.loads(
        (resources.files("shared.domain") / "prices.json").read_bytes()
    )
    return prices

"""What a row of calls can cost at most: set aside before they are made, so that limits hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import orjson

from shared.domain.prices import cost_usd
from shared.domain.prompts import ASK_AGAIN, REPLY_SCHEMA
from shared.domain.tokens import count_tokens

FRAME_TOKENS = 64  # at most, that a chat's own form adds to the messages of a call


@dataclass(frozen=True)
class Tariff:
    """The prices of the model that is asked, and of the one that may be asked in its place.

    Nothing of what is sent is taken for cached, and every reply for as long as it may be.
    """

    model: str
    fallback: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is a price for the model."""
        return cost_usd(self.model, input_tokens=0, cached_tokens=0, output_tokens=0) is not None

    @property
    def is_free(self) -> bool:
        """Whether calls cost nothing, as those of the keyless engine."""
        return self.is_known and self.price(1_000_000, 1_000_000) == 0

    def price(self, sent: int, reply: int) -> float:
        """Return the dollars for a call with so many tokens each way; a failed one is paid, too."""
        asked = (self.model, self.fallback) if self.fallback else (self.model,)
        costs = (
            cost_usd(one, input_tokens=sent, cached_tokens=0, output_tokens=reply) for one in asked
        )
        return sum(cost or 0.0 for cost in costs)

    def worst(self, calls: Sequence[tuple[int, int]]) -> float:
        """Return the dollars for these calls, each by the tokens sent and the most of its reply.

        A reply that nobody can read is asked for again, once, and is sent along then: that call is
        counted for the dearest, with as long a reply to show as it allowed.
        """
        beside = count_tokens(ASK_AGAIN, self.model) + FRAME_TOKENS
        again = (self.price(sent + reply + beside, reply) for sent, reply in calls)
        return sum(self.price(sent, reply) for sent, reply in calls) + max(again, default=0.0)


@cache
def schema_tokens(model: str) -> int:
    """Return how many tokens the form takes in which suggestions are asked for."""
    return count_tokens(orjson.dumps(REPLY_SCHEMA).decode(), model)

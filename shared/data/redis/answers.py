"""The cache of model answers: the edits as proposed, and how one rendering of them looks."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from redis import Redis, RedisError

from shared.data.redis.keys import KeySpace
from shared.domain.proposals import Proposal
from shared.domain.suggestions import Edit
from shared.domain.text import Span
from shared.jobs.records import Event

ANSWER_TTL_S = 30 * 60  # the seed's caching strategy: AI responses, 30 minutes


@dataclass(frozen=True)
class CachedAnswer:
    """What the model proposed, about which part, and when in ms since the epoch."""

    proposals: tuple[Proposal, ...]
    model: str
    stored_ms: int


@dataclass(frozen=True)
class Rendering:
    """An answer as one kind of request sees it: placed, counted, and told as events."""

    field: str
    result: str
    events: tuple[Event, ...]


class AnswerCache:
    """May lose everything at any time: a cache that is away is a miss, never an error.

    An answer is a hash: `edits`, `model` and `at`, and for a rendering `r:<field>` its result and
    `e:<field>` its events, so that admission can answer the same request again by itself.
    """

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._redis = redis
        self._keys = keys

    def find(self, mark: str, *, owner: str) -> CachedAnswer | None:
        """Return the answer to exactly this request of this owner."""
        key = self._keys.of_owner(owner).answer(mark)
        try:
            edits, model, stored_ms = self._redis.hmget(key, "edits", "model", "at")
        except RedisError:
            return None
        if not edits or not stored_ms:
            return None
        return CachedAnswer(
            tuple(map(stored_proposal, orjson.loads(edits))), str(model), int(stored_ms)
        )

    def keep(self, mark: str, answer: CachedAnswer, shown: Rendering, *, owner: str) -> None:
        """Store the answer for its time."""
        key = self._keys.of_owner(owner).answer(mark)
        fields: dict[Any, Any] = {
            "edits": orjson.dumps([asdict(one) for one in answer.proposals]),
            "model": answer.model,
            "at": answer.stored_ms,
            f"r:{shown.field}": shown.result,
            f"e:{shown.field}": orjson.dumps(flat(shown.events)),
        }
        try:
            with self._redis.pipeline(transaction=True) as pipe:
                pipe.delete(key)
                pipe.hset(key, mapping=fields)
                pipe.expire(key, ANSWER_TTL_S)
                pipe.execute()
        except RedisError:
            return


def flat(events: Sequence[Event]) -> list[str]:
    """Return names and data in turn, as scripts take them."""
    return [part for event in events for part in (event.name, event.data)]


def stored_proposal(stored: dict[str, dict[str, Any]]) -> Proposal:
    """Return the proposal that was stored, field by field, as JSON."""
    edit = stored["edit"]
    whole = Edit(**edit | {"alternatives": tuple(edit["alternatives"])})
    return Proposal(whole, Span(**stored["part"]))

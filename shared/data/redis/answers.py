"""The cache of model answers: the edits as proposed, before they are placed."""

from dataclasses import asdict, dataclass

import orjson
from redis import Redis, RedisError

from shared.data.redis.keys import KeySpace
from shared.domain.suggestions import Edit

ANSWER_TTL_S = 30 * 60  # the seed's caching strategy: AI responses, 30 minutes


@dataclass(frozen=True)
class CachedAnswer:
    """What the model proposed, and when in ms since the epoch."""

    edits: tuple[Edit, ...]
    model: str
    stored_ms: int


class AnswerCache:
    """May lose everything at any time: a cache that is away is a miss, never an error."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._redis = redis
        self._keys = keys

    def find(self, mark: str, *, owner: str) -> CachedAnswer | None:
        """Return the answer to exactly this request of this owner."""
        try:
            stored = self._redis.get(self._keys.of_owner(owner).answer(mark))
        except RedisError:
            return None
        if not stored:
            return None
        answer = orjson.loads(stored)
        edits = (edit | {"alternatives": tuple(edit["alternatives"])} for edit in answer["edits"])
        return CachedAnswer(tuple(Edit(**edit) for edit in edits), answer["model"], answer["at"])

    def keep(self, mark: str, answer: CachedAnswer, *, owner: str) -> None:
        """Store the answer for its time."""
        stored = {
            "edits": [asdict(edit) for edit in answer.edits],
            "model": answer.model,
            "at": answer.stored_ms,
        }
        key = self._keys.of_owner(owner).answer(mark)
        try:
            self._redis.set(key, orjson.dumps(stored), ex=ANSWER_TTL_S)
        except RedisError:
            return

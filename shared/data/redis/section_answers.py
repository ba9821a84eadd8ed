"""The cache of sections: what a model proposed for each, so that only what changed is paid for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice

import orjson
from redis import Redis, RedisError

from shared.data.redis.answers import stored_proposal
from shared.data.redis.keys import KeySpace
from shared.domain.proposals import Proposal
from shared.jobs.batches import SectionResult

SECTION_ANSWER_TTL_S = 7 * 24 * 60 * 60
_AT_ONCE = 100  # keys in one command: an answer may have some ten kilobytes


@dataclass(frozen=True)
class SectionAnswer:
    """What the model proposed for a section, what that cost, and what came of it at the time.

    That was shown up to `max_suggestions`, where so much was `protected`. Parts and places count
    from the section's start, all in code points. The cost is None where no price is known.
    """

    proposals: tuple[Proposal, ...]
    model: str
    cost_usd: float | None
    max_suggestions: int
    protected: str
    result: SectionResult

    def to_json(self) -> bytes:
        """Return the answer as it is stored."""
        return orjson.dumps(
            {
                "edits": [asdict(one) for one in self.proposals],
                "model": self.model,
                "cost": self.cost_usd,
                "max_suggestions": self.max_suggestions,
                "protected": self.protected,
                "result": self.result,
            }
        )

    @classmethod
    def from_json(cls, stored: str | bytes) -> "SectionAnswer":
        """Return the answer that was stored.

        :raises ValueError, TypeError, KeyError, AttributeError: it is none
        """
        fields = orjson.loads(stored)
        return cls(
            tuple(map(stored_proposal, fields["edits"])),
            fields["model"],
            fields["cost"],
            fields["max_suggestions"],
            fields["protected"],
            SectionResult(**fields["result"]),
        )


class SectionAnswers:
    """May lose everything at any time: a cache that is away is a miss, never an error."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._redis = redis
        self._keys = keys

    def find(self, mark: str, *, owner: str) -> SectionAnswer | None:
        """Return the answer for exactly this section of this owner."""
        return self.find_many([mark], owner=owner).get(mark)

    def find_many(self, marks: Iterable[str], *, owner: str) -> Mapping[str, SectionAnswer]:
        """Return the answers that there are, by mark; what nobody can read is none."""
        of_owner = self._keys.of_owner(owner)
        found: dict[str, SectionAnswer] = {}
        wanted = iter(dict.fromkeys(marks))
        while some := list(islice(wanted, _AT_ONCE)):
            stored = self._stored([of_owner.section_answer(mark) for mark in some])
            answers = map(_readable, stored)
            found |= {mark: answer for mark, answer in zip(some, answers, strict=True) if answer}
        return found

    def keep(self, mark: str, answer: SectionAnswer, *, owner: str) -> None:
        """Store the answer for its time."""
        key = self._keys.of_owner(owner).section_answer(mark)
        try:
            self._redis.set(key, answer.to_json(), ex=SECTION_ANSWER_TTL_S)
        except RedisError:
            return

    def _stored(self, keys: Sequence[str]) -> Sequence[str | bytes | None]:
        try:
            return list(self._redis.mget(keys))
        except RedisError:
            return [None] * len(keys)


def _readable(stored: str | bytes | None) -> SectionAnswer | None:
    """Return the answer, or None for one that another version wrote, or that is damaged."""
    try:
        return SectionAnswer.from_json(stored) if stored else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None

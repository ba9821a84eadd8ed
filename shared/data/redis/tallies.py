"""How often suggestions of a template were accepted and rejected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redis import Redis

from shared.data.redis.client import unavailable_when_away
from shared.data.redis.keys import KeySpace
from shared.domain.stored_templates import TemplateReference

_KEPT_S = 30 * 24 * 3600  # after the template is deleted


@dataclass(frozen=True)
class Tally:
    """The last words of the writers, counted."""

    accepted: int = 0
    rejected: int = 0

    @property
    def decided(self) -> int:
        """How many suggestions somebody has decided about."""
        return self.accepted + self.rejected


class TemplateTallies:
    """Reads what `decide` counts; StoreUnavailableError when Redis is away.

    Each partition counts for its own jobs, so what a template has is the sum over all of them.
    """

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._redis = redis
        self._keys = keys

    def read(self, template_id: str, versions: Sequence[int]) -> Mapping[int, Tally]:
        """Return the tally of each of these versions."""
        asked = [(version, key) for version in versions for key in self._of(template_id, version)]
        with unavailable_when_away():
            pipe = self._redis.pipeline(transaction=False)
            for _, key in asked:
                pipe.hmget(key, ["accepted", "rejected"])
            answers = pipe.execute()
        found = dict.fromkeys(versions, Tally())
        for (version, _), (accepted, rejected) in zip(asked, answers, strict=True):
            before = found[version]
            found[version] = Tally(
                before.accepted + int(accepted or 0), before.rejected + int(rejected or 0)
            )
        return found

    def let_go(self, template: TemplateReference) -> None:
        """Forget the tallies up to this version, once no job that used it can be decided."""
        with unavailable_when_away():
            pipe = self._redis.pipeline(transaction=False)
            for version in range(1, template.version + 1):
                for key in self._of(template.id, version):
                    pipe.expire(key, _KEPT_S)
            pipe.execute()

    def _of(self, template_id: str, version: int) -> list[str]:
        return [partition.tally(template_id, version) for partition in self._keys]

"""Deletes what anonymous sessions have left behind."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database
from redis import Redis

from shared.data.cached_records import CachedRecords
from shared.data.erasures import Eraser
from shared.data.mongo.conversations import ConversationRepository
from shared.data.mongo.promotions import PromotionRepository
from shared.data.mongo.session_estates import KINDS, SessionEstates
from shared.data.redis.keys import KeySpace
from shared.data.redis.session_watch import SessionWatch
from shared.data.redis.tallies import TemplateTallies
from shared.data.template_erasures import TemplateEraser

_RECORDS_AT_ONCE = 200
_REST_S = 3600.0  # from the end of one pass over all sessions to the next


@dataclass
class _Pass:
    """How far one process has come; a new one begins at the first."""

    kinds: list[str] = field(default_factory=lambda: list(KINDS))
    after: str = ""
    rests_until: float = 0.0

    def go_on(self, seen: Sequence[str]) -> None:
        self.after = seen[-1] if seen else ""
        if not seen:
            self.kinds.pop(0)
        if not self.kinds:
            self.kinds = list(KINDS)
            self.rests_until = time.monotonic() + _REST_S


@dataclass(frozen=True)
class Abandonments:
    """A session that has ended is nobody's any more, for its id is never given again.

    What it owns goes once nothing of it was written to for the keeping time. That a session has
    ended is believed only of a Redis that has known the sessions for as long: one that has lost
    them deletes nothing. StoreUnavailableError when a store is away: it is left to the next time.
    """

    watch: SessionWatch
    estates: SessionEstates
    promotions: PromotionRepository
    erasers: Sequence[Eraser]
    retention_s: int
    progress: _Pass = field(default_factory=_Pass)

    def look_on(self) -> int:
        """Look at some more sessions; return of how many something is gone now."""
        is_resting = time.monotonic() < self.progress.rests_until
        if is_resting or self.watch.known_for_s() < self.retention_s:
            return 0
        kind, after = self.progress.kinds[0], self.progress.after
        seen = self.estates.owners(kind, after=after, limit=_RECORDS_AT_ONCE)
        left = [owner for owner in self.watch.dead(seen) if self._is_left(owner)]
        for owner in left:
            for erase in self.erasers:
                erase(owner)
        self.progress.go_on(seen)
        return len(left)

    def _is_left(self, owner: str) -> bool:
        since = datetime.now(UTC) - timedelta(seconds=self.retention_s)
        is_moving = self.promotions.find(owner) is not None
        return not is_moving and not self.estates.is_in_use(owner, since=since)


def abandonments(
    records: CachedRecords,
    database: Database[dict[str, Any]],
    redis: Redis,
    keys: KeySpace,
    retention_s: int,
) -> Abandonments:
    """Return what deletes things of sessions; their jobs end by themselves."""
    return Abandonments(
        watch=SessionWatch(redis, keys),
        estates=SessionEstates(database),
        promotions=PromotionRepository(database),
        erasers=(
            ConversationRepository(database).delete_all,
            records.document_upkeep.erase_owner,
            TemplateEraser(records.templates.estates, TemplateTallies(redis, keys)).erase,
        ),
        retention_s=retention_s,
    )

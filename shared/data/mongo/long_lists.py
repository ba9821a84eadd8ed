"""Pages of lists of any length, read by windows that hold little more than a page.

MongoDB stops at the end of a page by itself. The embedded server reads and sorts all that matches,
so it is told where to stop: one record in some, a milestone, is also found by its terms with a mark
before them, and the milestones say how far back a window reaches. They are a hint and no more:
where some are missing a window is wider, and what is found is the same.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import DESCENDING
from pymongo.collection import Collection

from shared.data.mongo.client import Record

_EVERY = 64
_MARK = "^"  # begins no word and no tag


def findable_by(record_id: str, terms: Iterable[str]) -> list[str]:
    """Return what the record is found by: the terms, and for a milestone each once more."""
    found_by = list(terms)
    if zlib.crc32(record_id.encode()) % _EVERY:
        return found_by
    return [*found_by, *(_MARK + term for term in ("", *found_by))]


@dataclass(frozen=True)
class LongList:
    """Records with these equal fields and all of these terms, newest first.

    An index has to hold the fields, with a term and without, before `_id`. The rarest term is
    looked for by index, and the others among what that finds.
    """

    records: Collection[Record]
    fields: Mapping[str, Any]
    terms: tuple[str, ...]
    leave_out: Mapping[str, int]

    def page(self, *, limit: int, before: str | None) -> list[Record]:
        """Return as many of the records older than `before`."""
        found: list[Record] = []
        milestones = 2 * limit // _EVERY + 2  # what lies between is probably twice the page
        while True:
            start, first = self._window_start(milestones, before)
            found += self._window(first, _between(start, before), limit - len(found))
            if start is None or len(found) >= limit:
                return found
            before, milestones = start, 2 * milestones

    def _window(self, first: str, window: Record, limit: int) -> list[Record]:
        query = {**self.fields, **({"terms": first} if first else {}), **window}
        others = [term for term in self.terms if term != first]
        # MongoDB makes one query of this. The embedded server has to be shown what an index holds.
        steps: list[Record] = [
            {"$match": query},
            {"$sort": {"_id": DESCENDING}},
            *([{"$match": {"terms": {"$all": others}}}] if others else []),
            {"$limit": limit},
            {"$project": dict(self.leave_out)},
        ]
        return list(self.records.aggregate(steps))

    def _window_start(self, count: int, before: str | None) -> tuple[str | None, str]:
        """Return where so many milestones end, None for nowhere, and the term they are of.

        The rarer a term is, the further back they reach.
        """
        terms = self.terms or ("",)
        if "owner" not in self.fields:
            return None, terms[0]  # no index holds the milestones of other lists
        starts = [(self._milestone(term, count, before), term) for term in terms]
        return min(starts, key=lambda found: found[0] or "")

    def _milestone(self, term: str, count: int, before: str | None) -> str | None:
        query = {**self.fields, "terms": _MARK + term, **_between(None, before)}
        found = self.records.find(query, {"_id": 1}).sort("_id", DESCENDING).limit(count)
        ids = [record["_id"] for record in found]
        return ids[-1] if len(ids) == count else None


def _between(start: str | None, before: str | None) -> Record:
    bounds = {"$gte": start, "$lt": before}
    given = {operator: bound for operator, bound in bounds.items() if bound is not None}
    return {"_id": given} if given else {}

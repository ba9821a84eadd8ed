"""Whether an index serves a query: judged by what is declared, for every server alike.

The repositories' commands are overheard; each has to begin at an `_id`, or at an index whose first
fields it has as equalities and whose next ones are its range and its sort.
"""

import inspect
import os
from dataclasses import dataclass

from pymongo.monitoring import CommandListener

from shared.data.mongo.indexes import INDEXES
from tests.stack import ROOT

REPOSITORIES = str(ROOT / "shared/data/mongo")
_NO_QUERIES = {"client.py", "migrations.py"}  # the latter is there to read whole collections
_EQUAL = {"$eq", "$in", "$all"}
_BOUND = {"$gt", "$gte", "$lt", "$lte", "$ne", "$exists"}


@dataclass(frozen=True)
class Query:
    """What a command looks for; `asked_at` is the line of the repository."""

    collection: str
    filter: dict
    sort: dict
    asked_at: str

    @property
    def equal(self):
        return {name for name, value in self.filter.items() if _operators(value) <= _EQUAL}

    @property
    def bounded(self):
        return {name for name, value in self.filter.items() if _operators(value) & _BOUND}

    @property
    def is_served(self):
        if "_id" in self.equal:
            return next(iter(self.filter)) == "_id"  # the embedded server takes the first it knows
        declared = INDEXES.get(self.collection, [])
        return any(self.is_served_by(list(each.document["key"].items())) for each in declared)

    def is_served_by(self, key):
        """Whether the index finds what is equal, and gives it in order."""
        begun = next((n for n, (name, _) in enumerate(key) if name not in self.equal), len(key))
        rest = key[begun:]
        begins = begun > 0 or key[0][0] in self.bounded
        if not self.sort:
            return begins
        turned = {way * self.sort.get(name, 0) for name, way in rest[: len(self.sort)]}
        in_order = [name for name, _ in rest[: len(self.sort)]] == list(self.sort)
        return begins and in_order and len(turned) == 1


def _operators(value):
    return set(value) if isinstance(value, dict) else {"$eq"}


class Overheard(CommandListener):
    """Keeps the queries that the repositories send."""

    def __init__(self):
        self.queries = []

    def started(self, event):
        asked_at = _line_of_repository()
        if asked_at:
            name, command = event.command.get(event.command_name), event.command
            self.queries += [Query(name, *each, asked_at) for each in _looked_for(command)]

    def succeeded(self, event): ...

    def failed(self, event): ...


def _looked_for(command):
    """Yield the filter and the sort of each query in a command."""
    steps = command.get("pipeline", [])
    matches = [step["$match"] for step in steps[:1] if "$match" in step]
    sorts = [step["$sort"] for step in steps if "$sort" in step] + [command.get("sort", {})]
    parts = [*command.get("updates", []), *command.get("deletes", [])]
    filters = [command[name] for name in ("filter", "query") if name in command]
    for found in (*filters, *matches, *(part["q"] for part in parts)):
        yield dict(found), dict(sorts[0])


def _line_of_repository():
    frame = inspect.currentframe()
    while frame:
        folder, name = os.path.split(frame.f_code.co_filename)
        if folder == REPOSITORIES and name not in _NO_QUERIES:
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return ""

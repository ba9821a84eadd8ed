"""Which schema each collection's records have, and how older ones become it.

Every record says its `schema`; one that does not has 0. Older ones are read correctly at any time,
for whoever reads goes through `upgraded`; the migration writes down what that gives. A step adds
fields and takes none away: while a release is rolled out, the one before reads and writes too. What
nobody reads any more may go one release later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shared.data.mongo.client import Record


@dataclass(frozen=True)
class Upgrade:
    """How records of one collection get to a schema from the one before it.

    `fields` returns what is to be set, made of nothing but the fields that `reads` names.
    """

    collection: str
    to: int
    reads: tuple[str, ...]
    fields: Callable[[Record], Record]

    @property
    def name(self) -> str:
        """What the migration's journal calls it."""
        return f"{self.collection}-{self.to}"


def _nothing(_: Record) -> Record:
    return {}


def _meaning(record: Record) -> Record:
    """Templates were stored before they could say what becomes of a change of meaning."""
    return {"meaning": record.get("meaning", "flag")}


def _owner(record: Record) -> Record:
    """Templates were the system's alone, and so had no owner."""
    return {"owner": record.get("owner", "system")}


UPGRADES: Final[list[Upgrade]] = [
    Upgrade("conversations", 1, (), _nothing),
    Upgrade("messages", 1, (), _nothing),
    Upgrade("templates", 2, ("meaning",), _meaning),
    Upgrade("templates", 3, ("owner",), _owner),
]


def schema_of(collection: str) -> int:
    """Return the schema that new records of this collection have."""
    return max((each.to for each in UPGRADES if each.collection == collection), default=1)


def schema_in(record: Record) -> int:
    """Return the schema that a record has."""
    return int(record.get("schema") or 0)


def upgraded(collection: str, record: Record) -> Record:
    """Return the record as if it had been stored today; one of a later schema as it is."""
    return record | changes(collection, record)


def changes(collection: str, record: Record, *, to: int | None = None) -> Record:
    """Return what is to be set so that the record has the schema `to`, or else the newest one."""
    made: Record = {}
    for each in UPGRADES:
        is_next = schema_in(record) < each.to and (to is None or each.to <= to)
        if each.collection == collection and is_next:
            made |= each.fields(record | made) | {"schema": each.to}
    return made

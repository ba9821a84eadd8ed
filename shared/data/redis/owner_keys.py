"""The keys of what bounds owners, which stand in the catalogue of all keys."""

import hashlib
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class OwnerKeys:
    """Where it is kept in one partition what owners may spend and have run."""

    partition: int

    @cached_property
    def base(self) -> str:
        """What every key of the partition begins with."""
        return f"cd:{{p{self.partition}}}:"

    def purse(self, name: str, day: int) -> str:
        """Hash: what was spent on a day, in days since 1970, and what is set aside."""
        return f"{self.purse_of(name)}:{day}"

    def purse_of(self, name: str) -> str:
        """What the keys of all days of a purse begin with; a script tells which day it is."""
        return f"{self.base}purse:{name}"

    def running(self, owner: str) -> str:
        """Set: an owner's work of the interactive lane that runs."""
        return f"{self.base}running:{owner}"

    def blocked(self, owner: str) -> str:
        """Sorted set: work that waits until less of its owner's runs, by creation in ms."""
        return f"{self.base}blocked:{owner}"


def address_name(address: str) -> str:
    """Return the name under which all anonymous callers at one address count."""
    return "a" + digest(address)


def digest(*parts: str) -> str:
    """Return a name for what no key is to show."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]

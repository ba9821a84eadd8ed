"""Who may do what: the one place that decides, for documents and for whatever else is shared.

What one may not know of is not there (404); what one may see and not change is forbidden (403).
"""

from dataclasses import dataclass
from enum import IntEnum

from shared.domain.accounts import EmailAddress
from shared.errors import ForbiddenError, NotFoundError


class Verb(IntEnum):
    """What one may do with a thing; each includes those before it."""

    READ = 1
    SUGGEST = 2
    WRITE = 3
    OWN = 4

    @property
    def word(self) -> str:
        """The verb as stored and shown."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> "Verb":
        """Return the verb that was stored or sent as this word."""
        return cls[word.upper()]


# What everybody may do with a public thing, the owner's sessions and strangers alike.
PUBLIC = Verb.READ


@dataclass(frozen=True)
class Grant:
    """What the owner lets somebody else do; never to own."""

    who: str
    verb: Verb


@dataclass(frozen=True)
class Invitation:
    """A grant as the owner says it, who knows people by their addresses."""

    email: EmailAddress
    verb: Verb


@dataclass(frozen=True)
class Sharing:
    """Whose a thing is, and who else may use it."""

    owner: str
    grants: tuple[Grant, ...] = ()
    public: bool = False

    def access(self, who: str) -> Verb | None:
        """Return the most that they may do; None is nothing, not even to know of it."""
        if who == self.owner:
            return Verb.OWN
        given = [grant.verb for grant in self.grants if grant.who == who]
        return max([*given, *([PUBLIC] if self.public else [])], default=None)

    def demand(self, verb: Verb, who: str, *, thing: str) -> Verb:
        """Return what they may do if that includes the verb.

        :raises NotFoundError: they may not know of it
        :raises ForbiddenError: they may see it, but not do this
        """
        access = self.access(who)
        if access is None:
            raise nothing_there(thing)
        if access < verb:
            raise ForbiddenError(
                f"This takes the right to {verb.word}; you may {access.word} this {thing}"
            )
        return access


def grants_of(verb: Verb) -> tuple[str, ...]:
    """Return the words of the grants that include the verb, as queries ask for them."""
    return tuple(each.word for each in Verb if verb <= each < Verb.OWN)


def nothing_there(thing: str) -> NotFoundError:
    """Return the one answer for what is not there and for what one may not know of."""
    return NotFoundError(f"There is no such {thing}")

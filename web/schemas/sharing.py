"""Who else may use a document."""

from typing import Annotated, Literal

from pydantic import Field

from shared.domain.permissions import Invitation, Verb
from web.schemas.auth import AddressedBody
from web.schemas.common import RequestBody, ResponseBody

_MOST = 50


class InvitationBody(AddressedBody):
    """Somebody with an account, and what they may do."""

    access: Literal["read", "suggest", "write"]

    def to_domain(self) -> Invitation:
        """Return who is to be let in."""
        return Invitation(self.address(), Verb.named(self.access))


class SharingBody(RequestBody):
    """Who may use the document; a list takes the place of the one before.

    What is left out stays as it is. Everybody may read what is `public`.
    """

    public: bool | None = None
    shared_with: Annotated[list[InvitationBody], Field(max_length=_MOST)] | None = None


class PersonView(ResponseBody):
    """Somebody who may use the document."""

    email: str
    access: Literal["read", "suggest", "write"]


class SharingView(ResponseBody):
    """Who may use the document besides its owner."""

    public: bool
    shared_with: list[PersonView]

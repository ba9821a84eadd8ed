"""Says who else may use a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.data.cached_users import CachedUserRepository
from shared.domain.documents import Document
from shared.domain.identity import user_id_of
from shared.domain.permissions import Grant, Invitation, Verb, nothing_there
from shared.errors import RequestInvalidError
from web.services.documents import DocumentDesk


@dataclass(frozen=True)
class SharingDesk:
    """For the owner alone; people are named by the e-mail address of their account."""

    documents: DocumentDesk
    users: CachedUserRepository

    def read(self, document_id: str, *, who: str) -> tuple[bool, Mapping[str, Verb]]:
        """Return whether the document is public, and what each address may do.

        :raises NotFoundError, ForbiddenError: as in `DocumentDesk.find`, for the owner
        """
        return self._shown(self.documents.metadata(document_id, who=who, verb=Verb.OWN))

    def share(
        self,
        document_id: str,
        invited: Sequence[Invitation] | None,
        *,
        public: bool | None,
        who: str,
    ) -> tuple[bool, Mapping[str, Verb]]:
        """Let these people in and no others; what is None stays as it is.

        :raises NotFoundError, ForbiddenError: as in `DocumentDesk.find`, for the owner
        :raises RequestInvalidError: an address has no account
        """
        found = self.documents.metadata(document_id, who=who, verb=Verb.OWN)
        now = found.sharing
        grants = None if invited is None else self._grants(invited, owner=who)
        if grants in (None, now.grants) and public in (None, now.public):
            return self._shown(found)
        store = self.documents.store
        shared = store.share(document_id, owner=who, grants=grants, public=public)
        if shared is None:
            raise nothing_there("document")
        return self._shown(shared)

    def _grants(self, invited: Sequence[Invitation], *, owner: str) -> tuple[Grant, ...]:
        found: dict[str, Verb] = {}
        faults = []
        for number, one in enumerate(invited):
            user = self.users.find_by_email(one.email)
            if user is None:
                field = f"shared_with.{number}.email"
                faults.append({"field": field, "error": "Nobody has an account with this address"})
            elif user.owner != owner:
                found[user.owner] = max(one.verb, found.get(user.owner, one.verb))
        if faults:
            raise RequestInvalidError("Invalid request parameters", details=faults)
        return tuple(Grant(who, verb) for who, verb in found.items())

    def _shown(self, document: Document) -> tuple[bool, Mapping[str, Verb]]:
        """Who has no account any more is left out."""
        sharing = document.sharing
        people = (
            (self.users.profile(user_id_of(grant.who) or ""), grant.verb)
            for grant in sharing.grants
        )
        return sharing.public, {user.email: verb for user, verb in people if user}

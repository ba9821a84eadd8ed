"""Lets admins in to the operators' page."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from shared.data.mongo.audit import DONE, AuditLog, Deed
from shared.domain.accounts import EmailAddress, Role
from shared.domain.identity import Caller, Credential, Tier, user_owner
from shared.errors import ForbiddenError, UnauthenticatedError
from web.services.logins import LoginDesk
from web.services.tokens import AccessTokens

AUDIENCE: Final = "copydesk-ops"  # such a token opens the page, and nothing of the API
LOG_IN, LOG_OUT = "log in", "log out"
REFUSED = "refused"
NOBODY = "nobody known"


@dataclass(frozen=True)
class OperatorAccess:
    """A login as any other, whose token is for the page alone; `form_key` signs its forms.

    StoreUnavailableError when a store is away: nobody is let in on a guess, or unrecorded.
    """

    logins: LoginDesk
    tokens: AccessTokens
    audit: AuditLog
    form_key: bytes

    def log_in(self, email: EmailAddress, password: str, address: str, request_id: str) -> str:
        """Begin an admin's login, and return its token.

        :raises UnauthenticatedError: it is no admin's address and password; which is not told
        :raises RateLimitedError: too many tries for this account
        """
        try:
            granted = self.logins.log_in(email, password, address)
        except UnauthenticatedError:
            self.audit.note(Deed(NOBODY, LOG_IN, address, request_id), REFUSED)
            raise _not_an_operator() from None
        user, login_id = granted.user, self.logins.tokens.read(granted.access_token).login_id
        deed = Deed(user.id, LOG_IN, address, request_id)
        if user.role is not Role.ADMIN:
            self.logins.revocations.end(user.owner, [login_id])
            self.audit.note(deed, REFUSED)
            raise _not_an_operator()
        self.audit.note(deed, DONE)
        return self.tokens.issue(user.id, login_id, user.role)

    def caller(self, token: str, address: str) -> Caller:
        """Return whose token this is; whether the login still stands is the gate's to say.

        :raises UnauthenticatedError: it is not ours, or over
        """
        bearer = self.tokens.read(token)
        return Caller(
            owner=user_owner(bearer.user_id),
            tier=Tier(bearer.role.value),
            credential=Credential.BEARER,
            address=address,
            user_id=bearer.user_id,
            login_id=bearer.login_id,
            issued_ms=bearer.issued_ms,
        )

    def log_out(self, operator: Caller, request_id: str) -> None:
        """End the login at once."""
        deed = Deed(operator.user_id or "", LOG_OUT, operator.address, request_id)
        with self.audit.recorded(deed):
            self.logins.revocations.end(operator.owner, [operator.login_id or ""])

    def form_token(self, operator: Caller) -> str:
        """Return what forms of this login hold: no other page can know it."""
        login_id = (operator.login_id or "").encode()
        return hmac.new(self.form_key, b"ops form " + login_id, hashlib.sha256).hexdigest()

    def check_form(self, operator: Caller, given: str) -> None:
        """Let a form act that the operator's own page has shown.

        :raises ForbiddenError: it is another's
        """
        if not hmac.compare_digest(self.form_token(operator).encode(), given.encode()):
            raise ForbiddenError("This form is out of date: go back, load the page again")


def _not_an_operator() -> UnauthenticatedError:
    return UnauthenticatedError("That is no operator's e-mail address and password")

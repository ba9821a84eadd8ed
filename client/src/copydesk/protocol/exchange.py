"""What is sent, as whom, and how often, until there is an answer."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from copydesk.calls import accounts
from copydesk.calls.wire import Answer, Call, Request
from copydesk.errors.own import ConnectionFailedError, CopydeskError
from copydesk.models.accounts import Credentials
from copydesk.protocol.refusals import refusal
from copydesk.protocol.retries import RetryPolicy, Trial, may_repeat
from copydesk.protocol.steps import Pause, Renew, Steps, send
from copydesk.version import VERSION

T = TypeVar("T")
NOBODY = Credentials()


class Exchange:
    """Requests and answers of one desk, and who it is that asks."""

    def __init__(
        self,
        credentials: Credentials,
        policy: RetryPolicy,
        tell: Callable[[Credentials], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.credentials = _checked(credentials)
        self.policy = policy
        self.clock = clock
        self._tell = tell
        self._telling = threading.Lock()

    def carry_out(self, call: Call[T]) -> Steps[T]:
        """Return what the call gives; its request is sent again where that is safe and may help.

        :raises ApiError, ConnectionFailedError, ProtocolError: of the last try
        """
        if not call.request.is_login and self.credentials == NOBODY:
            # Else two that come at once would each be given a session, and an order whose answer
            # is lost would be repeated as somebody else, who has no job yet.
            yield Renew(NOBODY)
        answer = yield from self._answered(call.request)
        return call.read(answer)

    def renew(self, spent: Credentials) -> Steps[None]:
        """Get fresh credentials in place of the spent ones, unless somebody has already."""
        if self.credentials != spent:
            return
        if spent.refresh_token:
            yield from self._answered(accounts.refresh(spent.refresh_token).request)
        elif spent == NOBODY:
            yield from self._answered(accounts.limits().request)

    def signed(self, request: Request) -> Request:
        """Return the request as one of the caller."""
        headers = {"User-Agent": f"copydesk-python/{VERSION}", **request.headers}
        known = self.credentials
        if known.token and not request.is_login:
            headers["Authorization"] = f"Bearer {known.token}"
        elif known.session:
            headers["X-Session-Id"] = known.session
        return replace(request, headers=headers)

    def can_renew(self, refused: Answer, used: Credentials) -> bool:
        """Return whether other credentials may help."""
        return refused.status == 401 and (bool(used.refresh_token) or self.credentials != used)

    def _answered(self, request: Request) -> Steps[Answer]:
        began, failed, renewed = self.clock(), 0, False
        while True:
            used = self.credentials
            try:
                answer = yield from send(self.signed(request))
            except ConnectionFailedError as lost:
                error: CopydeskError = lost
            else:
                if answer.status < 300:  # a redirect is not followed: who knows where to
                    self._note(request, answer)
                    return answer
                if not (renewed or request.is_login) and self.can_renew(answer, used):
                    renewed = True
                    yield Renew(used)
                    continue
                error = refusal(answer)
            failed += 1
            yield self._pause(request, error, failed, began)

    def _pause(self, request: Request, error: CopydeskError, failed: int, began: float) -> Pause:
        luck = random.random()  # noqa: S311  nothing hangs on nobody guessing it
        trial = Trial(failed, self.clock() - began, luck, request.within_s)
        pause_s = self.policy.pause_s(trial, error) if may_repeat(request) else None
        if pause_s is None:
            raise error
        return Pause(pause_s)

    def _note(self, request: Request, answer: Answer) -> None:
        found = accounts.granted(request, answer, self.credentials)
        with self._telling:
            if found == self.credentials:
                return
            self.credentials = _checked(found)
            if self._tell:
                self._tell(found)


def _checked(credentials: Credentials) -> Credentials:
    """Return them if they can stand in a header; what refused them would show them.

    :raises ValueError: they cannot
    """
    for each in vars(credentials).values():
        if each is not None and not (each.isascii() and each.isprintable() and each.strip()):
            raise ValueError("A token or a session id has characters that none has")
    return credentials

"""Someone who begins as a session and becomes a user, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from pymongo.database import Database

from shared.data.mongo.client import Record, open_database
from shared.data.mongo.promotions import PROMOTIONS
from shared.domain.identity import session_owner
from tests.account_client import Person
from tests.document_client import create, path, save
from tests.stack import TLS, Stack, until
from tests.stack_client import PATIENCE_S, order, some_text
from tests.template_client import make

_LISTS = {
    "documents": "/api/v1/documents",
    "jobs": "/api/v1/jobs?limit=200",
    "conversations": "/api/v1/conversations",
    "templates": "/api/v1/templates?owner=me",
}
LIMITS = "/api/v1/limits"


class Newcomer(Person):
    """Someone whose session has become theirs with all that it had once they are logged in.

    A request waits for that no longer than some seconds, and the rest is moved behind its back.
    """

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack.url)
        self._stack = stack

    def ask(self, route: str, **body: Any) -> httpx.Response:
        session = self.http.cookies.get("copydesk_session")
        answer = super().ask(route, **body)
        if session and answer.is_success and route in ("register", "login"):
            with promotions_of(self._stack) as ledger:
                ledger.wait_until_passed(session)
        return answer


def fill(someone: Person) -> tuple[dict[str, Any], dict[str, set[str]]]:
    """Make something of each kind; return what belongs to them then."""
    document = create(someone, "Once.")
    save(someone, document, "Twice.")
    make(someone)
    someone.finish(order(some_text()))
    someone.begin(order(some_text(), lane="bulk"))
    someone.http.put(path(document, "/draft"), json={"content": "Thrice.", "base_revision": 2})
    return document, belongings(someone)


def belongings(someone: Person) -> dict[str, set[str]]:
    """Return the ids of all that is theirs."""
    answers = {name: someone.http.get(path) for name, path in _LISTS.items()}
    return {name: {each["id"] for each in a.json()[name]} for name, a in answers.items()}


def sign_up(someone: Person) -> Person:
    """Return them with an account, and with no token of it."""
    someone.register()
    del someone.http.headers["Authorization"]
    return someone


def session_of(someone: Person) -> str:
    """Return their session, which begins here if there is none."""
    someone.http.get(LIMITS)
    return someone.session


def show(stack: Stack, session: str, path: str = LIMITS) -> httpx.Response:
    """Return what whoever shows the session by header is told."""
    headers = {"X-Session-Id": session}
    return httpx.get(stack.url + path, headers=headers, timeout=PATIENCE_S, verify=TLS)


@contextmanager
def promotions_of(stack: Stack) -> Iterator["PromotionLedger"]:
    database = open_database(stack.settings)
    try:
        yield PromotionLedger(database)
    finally:
        database.client.close()


class PromotionLedger:
    """The records of promotions, as a test looks at them and turns their clocks."""

    def __init__(self, database: Database[Record]) -> None:
        self.database = database
        self._records = database[PROMOTIONS]

    def find(self, session: str) -> dict[str, Any] | None:
        return self._records.find_one({"_id": session_owner(session)})

    def wait_until_begun(self, session: str) -> None:
        until(lambda: self.find(session), lambda: "no promotion")

    def wait_until_passed(self, session: str) -> None:
        """Return once somebody has moved all that there was."""
        until(lambda: (self.find(session) or {}).get("passes"), lambda: self.find(session))

    def wait_until_moved(self, session: str) -> None:
        """Return once a housekeeper has moved all, after no more than it takes to look."""
        past = {"$set": {"due_at": datetime(2000, 1, 1, tzinfo=UTC)}}
        passes = (self.find(session) or {})["passes"]
        self._records.update_one({"_id": session_owner(session)}, past)
        until(lambda: self.find(session)["passes"] > passes, lambda: self.find(session))

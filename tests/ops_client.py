"""An admin at the operators' page, for tests."""

import re
from contextlib import closing
from typing import Self

import httpx

from shared.data.mongo.client import open_database
from shared.data.mongo.users import UserRepository
from shared.domain.accounts import Role
from tests.account_client import PASSWORD, Person
from tests.stack import TLS, Stack
from tests.stack_client import PATIENCE_S

_FIELD = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


class Operator:
    """Someone with a browser that runs no script."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=PATIENCE_S, verify=TLS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def log_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        return self.http.post("/ops/login", data={"email": email, "password": password})

    def page(self, path: str = "/ops") -> str:
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    @property
    def form_token(self) -> str:
        found = _FIELD.search(self.page())
        assert found
        return found[1]

    def press(self, path: str, form_token: str | None = None) -> httpx.Response:
        """Send the form that stands behind a button of the page."""
        return self.http.post(f"/ops{path}", data={"form_token": form_token or self.form_token})


def make_admin(stack: Stack, person: Person) -> Person:
    """Make somebody an admin, as the command line does."""
    database = open_database(stack.settings)
    with closing(database.client):
        UserRepository(database).set_role(person.user["id"], Role.ADMIN)
    return person

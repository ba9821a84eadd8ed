"""A person with an account, for tests."""

import itertools
import secrets
from typing import Any, Self

import httpx

from tests.stack import TLS
from tests.stack_client import PATIENCE_S, Writer

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)
_RUN = secrets.token_hex(4)


def some_email() -> str:
    """Return an address that no other test has."""
    return f"writer{next(_numbers)}.{_RUN}@example.com"


class Person(Writer):
    """Someone who registers, and from then on shows their access token."""

    def __init__(self, url: str, email: str | None = None, **headers: str) -> None:
        super().__init__(url, **headers)
        self.email = email or some_email()
        self.tokens: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    @property
    def user(self) -> dict[str, Any]:
        return self.tokens["user"]

    def register(self) -> Self:
        answer = self.ask("register", email=self.email, password=PASSWORD)
        assert answer.status_code == 201, answer.text
        return self.come_in(answer)

    def log_in(self, password: str = PASSWORD) -> httpx.Response:
        answer = self.ask("login", email=self.email, password=password)
        if answer.status_code == 200:
            self.come_in(answer)
        return answer

    def refresh(self, token: str | None = None) -> httpx.Response:
        return self.ask("refresh", refresh_token=token or self.tokens["refresh_token"])

    def ask(self, route: str, **body: Any) -> httpx.Response:
        return self.http.post(f"/api/v1/auth/{route}", json=body)

    def me(self) -> httpx.Response:
        return self.http.get("/api/v1/auth/me")

    def is_in(self) -> bool:
        """Whether the access token still does."""
        return self.me().status_code == 200

    def leave(self, password: str = PASSWORD) -> httpx.Response:
        return self.http.request("DELETE", "/api/v1/auth/me", json={"password": password})

    def come_in(self, answer: httpx.Response) -> Self:
        """Take the tokens of this answer."""
        self.tokens = answer.json()
        self.http.headers["Authorization"] = f"Bearer {self.tokens['access_token']}"
        return self


def bearer(url: str, token: str) -> httpx.Response:
    """Return what whoever shows this token is told about themselves."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{url}/api/v1/auth/me", headers=headers, timeout=PATIENCE_S, verify=TLS)

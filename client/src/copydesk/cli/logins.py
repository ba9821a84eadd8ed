"""Which server, and as whom: kept in a file that its owner alone may read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from copydesk.cli.folders import read_record, write_record
from copydesk.cli.locks import locked
from copydesk.models.accounts import Credentials

DEFAULT_URL = "http://127.0.0.1:5000"


class Logins:
    """The file: the server that is meant by default, and what lets one in at each.

    Several commands share it, and a refresh token is good for one use; so whoever renews one holds
    `renewing` meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "credentials.json"
        self._lock = folder / "credentials.lock"

    @property
    def server(self) -> str:
        """The address that is meant where none is named."""
        return str(self._read().get("server") or DEFAULT_URL)

    def find(self, url: str) -> Credentials:
        """Return what lets one in there; nothing in it where nothing is known."""
        known = self._entry(url)
        names = ("token", "refresh_token", "session")
        return Credentials(**{name: known.get(name) for name in names})

    def user(self, url: str) -> str | None:
        """Return the id of the account that is logged in there."""
        return self._entry(url).get("user")

    def keep(self, url: str, credentials: Credentials) -> None:
        """Keep what lets one in; nothing in it forgets the account as well."""
        with locked(self._lock):
            self._write(url, self._merged(url, credentials))

    def keep_user(self, url: str, user_id: str) -> None:
        """Note who it is, and that this server is meant from now on."""
        with locked(self._lock):
            self._write(url, self._entry(url) | {"user": user_id}, server=url)

    def forget(self, url: str) -> None:
        """Forget what lets one in there."""
        with locked(self._lock):
            self._write(url, {})

    @contextmanager
    def renewing(self, url: str) -> Iterator[Credentials]:
        """Give what is kept while no other command may renew it; keep anew with `keep_renewed`."""
        with locked(self._lock):
            yield self.find(url)

    def keep_renewed(self, url: str, credentials: Credentials) -> None:
        """As `keep`, for one who holds `renewing`."""
        self._write(url, self._merged(url, credentials))

    def _merged(self, url: str, credentials: Credentials) -> Mapping[str, Any]:
        given = {name: text for name, text in asdict(credentials).items() if text}
        user = self._entry(url).get("user") if credentials.token else None
        return given | ({"user": user} if user else {})

    def _entry(self, url: str) -> dict[str, Any]:
        found = self._all().get(url)
        return found if isinstance(found, dict) else {}

    def _all(self) -> dict[str, Any]:
        """Return what is kept of each server; nothing where somebody has spoilt the file."""
        found = self._read().get("logins")
        return found if isinstance(found, dict) else {}

    def _read(self) -> dict[str, Any]:
        return read_record(self._path)

    def _write(self, url: str, entry: Mapping[str, Any], **more: str) -> None:
        record = self._read()
        logins = {at: kept for at, kept in self._all().items() if at != url}
        if entry:
            logins[url] = dict(entry)
        write_record(self._path, record | {"logins": logins} | more)

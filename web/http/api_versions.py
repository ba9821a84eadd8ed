"""The versions of the API: which there are, which of them are on their way out, and who says so."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Flask, Response, request
from werkzeug.http import http_date

ALIAS = "/api"  # the newest version, under no number


@dataclass(frozen=True)
class Farewell:
    """When a version was deprecated, when it ends, and the page that says what to do."""

    deprecated_at: datetime
    sunset_at: datetime
    notice: str

    def __post_init__(self) -> None:
        if not self.deprecated_at < self.sunset_at:
            raise ValueError("A version ends after it is deprecated (RFC 9745, 4)")


@dataclass(frozen=True)
class ApiVersion:
    """One version: its doors, of which it may share most with another."""

    name: str
    doors: tuple[Blueprint, ...]
    farewell: Farewell | None = None

    @property
    def prefix(self) -> str:
        """Where its routes begin."""
        return f"{ALIAS}/{self.name}"

    def but(self, name: str, *changed: Blueprint) -> "ApiVersion":
        """Return a later version with these doors changed or added, and all others shared."""
        names = {door.name for door in changed}
        kept = tuple(door for door in self.doors if door.name not in names)
        return ApiVersion(name, (*kept, *changed))


def register_versions(
    app: Flask, versions: tuple[ApiVersion, ...], in_alias: dict[str, Blueprint]
) -> None:
    """Give the app the routes of all versions, and those of the newest, the last one, as `/api`.

    `in_alias` has the doors that are others there, by the name of those in whose place they stand.
    """
    newest = versions[-1]
    if newest.farewell:
        raise ValueError(f"{newest.name} is the newest: nothing could follow it")
    for version in versions:
        for door in version.doors:
            _open(app, door, version.name, version.prefix)
    for door in newest.doors:
        _open(app, in_alias.get(door.name, door), "alias", ALIAS)
    app.extensions["newest"] = newest.prefix
    _install_farewells(app, versions)


def _open(app: Flask, door: Blueprint, under: str, prefix: str) -> None:
    name = f"{under}_{door.name}".replace(".", "_")
    app.register_blueprint(door, name=name, url_prefix=prefix + (door.url_prefix or ""))


def _install_farewells(app: Flask, versions: tuple[ApiVersion, ...]) -> None:
    leaving = {each.prefix: each.farewell for each in versions if each.farewell}
    newest = versions[-1].prefix

    @app.after_request
    def tell(response: Response) -> Response:
        prefix = next((one for one in leaving if request.path.startswith(f"{one}/")), None)
        if prefix is None:
            return response
        told = leaving[prefix]
        response.headers["Deprecation"] = f"@{int(told.deprecated_at.timestamp())}"  # RFC 9745
        response.headers["Sunset"] = http_date(told.sunset_at)  # RFC 8594
        for relation in ("deprecation", "sunset"):
            response.headers.add("Link", f'<{told.notice}>; rel="{relation}"; type="text/html"')
        there = newest + request.path.removeprefix(prefix)
        if app.url_map.bind("").test(there, request.method):
            response.headers.add("Link", f'<{quote(there)}>; rel="successor-version"')
        return response

"""Every route, asked by everybody, against the table in docs/permissions.md."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from shared.settings import Settings
from tests.model_server_scripts import known_words, talk
from tests.route_callers import everybody
from tests.route_recipes import RECIPES, send
from web.app import create_app
from web.http.openapi import PREFIX

_PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
_ROW = re.compile(r"^\| `([A-Z]+ [^`]*)`(, [^|]*?)? \|(.*)\|$", re.MULTILINE)
_HEAD = re.compile(r"^\| Route \|(.*)\|$", re.MULTILINE)
_PART = re.compile("<(?:[^:>]*:)?([^>]*)>")
_ENDS = (
    "DELETE",
    "DELETE /auth",
    "POST /auth/anonymous",
    "POST /auth/register",
    "POST /auth/login",
)


def _cells(line):
    return [cell.strip() for cell in line.split("|")]


COLUMNS = _cells(_HEAD.search(_PAGE.read_text())[1])
TABLE = {
    name + more: dict(zip(COLUMNS, _cells(told), strict=True))
    for name, more, told in _ROW.findall(_PAGE.read_text())
}


@pytest.fixture(scope="module")
def callers(stack, model_server):
    model_server.reset()
    model_server.plan(lambda call: talk(call, "Yes.") if call.is_chat else known_words(call))
    with everybody(stack) as all_:
        yield all_
    model_server.reset()


@pytest.fixture(scope="module")
def routes():
    """Return every route of the app as the table names it; an alias is no route of its own."""
    addresses = {"redis_uri": "redis://127.0.0.1:1/0", "mongo_uri": "mongodb://127.0.0.1:1/x"}
    app = create_app(Settings(_env_file=None, **addresses), SimpleNamespace())
    views = {
        (method, _PART.sub(r"{\1}", rule.rule)): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    return {
        f"{method} {path.removeprefix(PREFIX)}"
        for (method, path), view in views.items()
        if not any(views.get((method, other)) is view for other in _versioned(path))
    }


def _versioned(path):
    """Return what a path without a version may be an alias of."""
    rest = path.removeprefix("/api")
    return () if path.startswith(PREFIX) or rest == path else (PREFIX + rest, rest)


def _turn(row):
    """What ends a thing comes after all that asks about it, and what ends a session last."""
    ends = [start for start in _ENDS if row.startswith(start)]
    return (_ENDS.index(ends[-1]) + 1, -row.count("/")) if ends else (0, 0)


class TestTheTable:
    def test_it_names_every_route_and_no_other(self, routes):
        assert {row.partition(",")[0] for row in TABLE} == routes

    def test_every_recipe_is_for_a_row(self):
        assert set(RECIPES) <= set(TABLE)

    def test_every_kind_of_caller_is_a_column(self, callers):
        assert sorted(callers.kinds) == sorted(COLUMNS)


@pytest.mark.parametrize("row", sorted(TABLE, key=_turn))
def test_each_caller_is_answered_as_the_table_says(callers, row):
    seen = {kind: str(_ask(row, asking, callers)) for kind, asking in callers.kinds.items()}

    told = " | ".join(seen[kind] for kind in COLUMNS)
    assert seen == TABLE[row], f"seen: | `{row}` | {told} |"


def _ask(row, asking, callers):
    """Return the status; what was begun is over then, so that it disturbs nobody."""
    if asking is callers.kinds["none"]:
        asking.who.http.cookies.clear()
    answer = send(row, asking, callers)
    while answer.status_code == 202 and row.startswith("POST /api/"):
        answer = send(row, asking, callers)  # 25 s were too short for the seed's form
    if answer.status_code == 202:
        begun = answer.headers.get("X-Session-Id")
        asking.who.http.get(
            answer.headers["Location"],
            params={"wait": 60},
            headers={"X-Session-Id": begun} if begun else {},
        ).raise_for_status()
    return answer.status_code

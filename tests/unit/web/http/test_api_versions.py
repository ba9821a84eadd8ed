"""A made-up v2: one route changed, one new, all others shared, and v1 on its way out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Blueprint

from web.api import V1
from web.http.api_versions import ApiVersion, Farewell
from web.http.bodies import json_response

NOTICE = "https://docs.example.com/from-v1-to-v2"
FAREWELL = Farewell(datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC), NOTICE)
LEAVING = {
    "Deprecation": "@1798761600",
    "Sunset": "Fri, 31 Dec 2027 00:00:00 GMT",
}
limits = Blueprint("limits", __name__, url_prefix="/limits")
moods = Blueprint("moods", __name__, url_prefix="/moods")
limits.get("")(lambda: json_response({"none": True}))
moods.get("")(lambda: json_response({"mood": "good"}))


@pytest.fixture
def client(new_client):
    return new_client(versions=(replace(V1, farewell=FAREWELL), V1.but("v2", limits, moods)))


def links(answer):
    told = [link.partition(">; ") for link in answer.headers.getlist("Link")]
    return {rest.split('"')[1]: target[1:] for target, _, rest in told}


class TestWhatEachVersionServes:
    def test_v1_stays_as_it_was(self, client):
        assert "limits" in client.get("/api/v1/limits").json
        assert client.get("/api/v1/moods").status_code == 404

    @pytest.mark.parametrize("prefix", ["/api/v2", "/api"])
    def test_the_newest_is_also_the_one_without_a_number(self, client, prefix):
        assert client.get(f"{prefix}/limits").json == {"none": True}
        assert client.get(f"{prefix}/moods").json == {"mood": "good"}

    def test_what_was_not_changed_is_shared(self, client):
        paths = {}
        for rule in client.application.url_map.iter_rules():
            paths[rule.rule] = client.application.view_functions[rule.endpoint]
        shared = [path for path in paths if path.startswith("/api/v1/") and "docs" not in path]
        changed = [p for p in shared if paths[p] is not paths[p.replace("/v1/", "/v2/", 1)]]

        assert len(shared) > 40
        assert changed == ["/api/v1/limits"]

    def test_each_is_described_by_itself(self, client):
        first = client.get("/api/v1/openapi.json").json["paths"]
        second = client.get("/api/v2/openapi.json").json["paths"]
        alias = client.get("/api/openapi.json").json["paths"]

        assert {path.split("/")[2] for path in first} == {"v1"}
        assert {path.split("/")[2] for path in second} == {"v2"}
        assert alias == second
        assert len(first) - len(second) == 1  # the made-up doors are not described


class TestWhatTheOldOneSays:
    @pytest.mark.parametrize("path", ["limits", "documents/d1", "nowhere", "openapi.json"])
    def test_it_says_when_it_ends_on_every_answer(self, client, path):
        answer = client.get(f"/api/v1/{path}")

        assert LEAVING.items() <= dict(answer.headers).items()
        assert links(answer)["deprecation"] == links(answer)["sunset"] == NOTICE

    def test_it_names_what_follows_where_something_does(self, client):
        assert links(client.get("/api/v1/limits"))["successor-version"] == "/api/v2/limits"
        assert "successor-version" not in links(client.get("/api/v1/nowhere"))

    def test_no_path_becomes_a_header(self, client):
        answer = client.get("/api/v1/documents/a%0d%0aX-Evil:%20b%22%3e")

        assert "X-Evil" not in answer.headers
        successor = links(answer)["successor-version"]
        assert successor == "/api/v2/documents/a%0D%0AX-Evil%3A%20b%22%3E"

    @pytest.mark.parametrize("path", ["/api/v2/limits", "/api/limits", "/api/health/liveness"])
    def test_nobody_else_does(self, client, path):
        assert not {*LEAVING, "Link"} & set(client.get(path).headers)

    def test_nothing_is_said_of_a_version_that_stays(self, new_client):
        assert not {*LEAVING, "Link"} & set(new_client().get("/api/v1/limits").headers)


class TestWhatCannotBe:
    def test_the_newest_has_no_farewell(self, new_client):
        with pytest.raises(ValueError, match="newest"):
            new_client(versions=(replace(V1, farewell=FAREWELL),))

    def test_none_ends_before_it_is_deprecated(self):
        with pytest.raises(ValueError, match="after it is deprecated"):
            Farewell(FAREWELL.sunset_at, FAREWELL.deprecated_at, NOTICE)

    def test_a_version_is_under_its_name(self):
        assert ApiVersion("v7", ()).prefix == "/api/v7"

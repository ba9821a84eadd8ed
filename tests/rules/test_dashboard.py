"""Grafana is given a data source and a dashboard that show what there is."""

from itertools import combinations

import pytest
import yaml

from tests.rules.metric_names import CATALOGUE, names_in, unknown_names
from tests.rules.programs import DEPLOY, read_json, run

GRAFANA = DEPLOY / "grafana"
DASHBOARD = read_json(GRAFANA / "dashboards" / "copydesk.json")
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = {
    f"{panel['title']} {target['refId']}": target["expr"]
    for panel in PANELS
    for target in panel["targets"]
}


def test_it_has_a_row_for_each_question():
    rows = [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"]

    assert rows == ["Now", "Traffic", "Jobs", "Queue", "Provider", "Money", "Processes"]


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_a_panel_names_only_metrics_and_labels_of_the_catalogue(name):
    assert unknown_names(EXPRESSIONS[name]) == set()


def test_prometheus_understands_every_panel(tmp_path):
    rules = [
        {"record": f"panel:{number}", "expr": expression.replace("$__rate_interval", "1m")}
        for number, expression in enumerate(EXPRESSIONS.values())
    ]
    path = tmp_path / "panels.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))

    assert f"{len(rules)} rules found" in run("promtool", "check", "rules", path)


def test_it_shows_all_that_is_measured():
    shown = set().union(*map(names_in, EXPRESSIONS.values()))

    assert CATALOGUE.keys() - shown == set()


def test_its_panels_have_ids_of_their_own_and_do_not_cover_each_other():
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]

    assert len(set(ids)) == len(ids)
    assert not [(a, b) for a, b in combinations(places, 2) if _overlap(a, b)]
    assert all(place["x"] + place["w"] <= 24 for place in places)


def _overlap(a, b):
    beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
    above = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
    return not (beside or above)


def test_what_is_provisioned_is_where_compose_puts_it():
    compose = yaml.safe_load((DEPLOY.parent / "docker-compose.yml").read_text())["services"]
    mounts = dict(volume.split(":")[:2] for volume in compose["grafana"]["volumes"])
    provider = yaml.safe_load((GRAFANA / "provisioning/dashboards/copydesk.yml").read_text())
    source = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())
    folder = provider["providers"][0]["options"]["path"]

    assert mounts["./deploy/grafana/dashboards"] == folder
    assert [one["url"].split(":")[1].strip("/") in compose for one in source["datasources"]] == [
        True,
        True,
    ]

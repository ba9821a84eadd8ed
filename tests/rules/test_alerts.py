"""Each alert is valid, tested, told to somebody, and explained."""

import re

import pytest
import yaml

from tests.rules.metric_names import CATALOGUE, names_in, unknown_names
from tests.rules.programs import DEPLOY, ROOT, run

PROMETHEUS = DEPLOY / "prometheus"
ALERTMANAGER = DEPLOY / "alertmanager" / "alertmanager.yml"
TIERS = {
    "critical": "on-call",
    "warning": "team-slack",
    "info": "team-mail",
    "business": "business-mail",
}
FILES = {tier: PROMETHEUS / "rules" / f"{tier}.yml" for tier in TIERS}
RUNBOOK = ROOT / "docs" / "runbook.md"


def rules_of(tier):
    (group,) = yaml.safe_load(FILES[tier].read_text())["groups"]
    return group["rules"]


ALERTS = {rule["alert"]: tier for tier in TIERS for rule in rules_of(tier)}
RULES = {rule["alert"]: rule for tier in TIERS for rule in rules_of(tier)}
each_alert = pytest.mark.parametrize("name", ALERTS)


def test_prometheus_takes_its_configuration_and_all_rules():
    said = run("promtool", "check", "config", PROMETHEUS / "prometheus.yml")

    assert set(PROMETHEUS.glob("rules/*")) == set(FILES.values())
    assert f"{len(TIERS)} rule files found" in said


@pytest.mark.parametrize("tier", TIERS)
def test_rules_fire_when_they_should_and_at_no_other_time(tier):
    run("promtool", "test", "rules", PROMETHEUS / "tests" / f"{tier}.yml")


@each_alert
def test_there_is_a_test_that_it_fires_and_one_that_it_is_quiet(name):
    text = (PROMETHEUS / "tests" / f"{ALERTS[name]}.yml").read_text()
    tests = [each["promql_expr_test"][0] for each in yaml.safe_load(text)["tests"]
             if "promql_expr_test" in each]  # fmt: skip
    outcomes = {bool(each["exp_samples"]) for each in tests if f'"{name}"' in each["expr"]}

    assert outcomes == {True, False}


@each_alert
def test_it_names_only_metrics_and_labels_of_the_catalogue(name):
    assert unknown_names(RULES[name]["expr"]) == set()


@each_alert
def test_it_says_what_is_wrong_in_its_tier(name):
    rule = RULES[name]

    assert rule["labels"] == {"severity": ALERTS[name]}
    assert rule["annotations"].keys() == {"summary", "runbook_url"}


@each_alert
def test_the_runbook_says_what_it_means_what_to_look_at_and_what_to_do(name):
    _, _, anchor = RULES[name]["annotations"]["runbook_url"].partition("docs/runbook.md#")
    (section,) = re.findall(rf"^### {name}\n(.*?)(?=^##|\Z)", RUNBOOK.read_text(), re.M | re.S)

    assert anchor == name.lower()
    assert all(f"**{word}**" in section for word in ("Means", "Look at"))
    assert re.search(r"\*\*[Dd]o\*\*", section)


def test_the_runbook_explains_no_alert_that_is_gone():
    explained = re.findall(r"^### (Copydesk\w+)$", RUNBOOK.read_text(), re.MULTILINE)

    assert sorted(explained) == sorted(ALERTS)


def test_every_link_of_the_runbook_leads_somewhere():
    text = RUNBOOK.read_text()
    headings = {title.lower() for title in re.findall(r"^#+ (\w+)$", text, re.MULTILINE)}

    assert set(re.findall(r"\]\(#(\w+)\)", text)) <= headings


def test_alertmanager_takes_its_configuration():
    assert "SUCCESS" in run("amtool", "check-config", ALERTMANAGER)


@pytest.mark.parametrize("tier", TIERS)
def test_each_tier_is_told_to_somebody(tier):
    told = run(
        "amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}", f"severity={tier}"
    )

    assert told.strip() == TIERS[tier]


def test_whoever_is_woken_is_woken_by_all_that_is_critical_and_by_nothing_else():
    receivers = yaml.safe_load(ALERTMANAGER.read_text())["receivers"]
    kinds = {each["name"]: {kind for kind in each if kind != "name"} for each in receivers}

    assert kinds == {
        "on-call": {"pagerduty_configs", "slack_configs"},
        "team-slack": {"slack_configs"},
        "team-mail": {"email_configs"},
        "business-mail": {"email_configs"},
    }


def test_alerts_that_are_held_back_are_alerts_that_there_are():
    rules = yaml.safe_load(ALERTMANAGER.read_text())["inhibit_rules"]
    named = set(re.findall(r"Copydesk\w+", str(rules)))

    assert named <= ALERTS.keys()
    assert all(ALERTS[each["source_matchers"][0].split('"')[1]] == "critical" for each in rules)


def test_no_secret_stands_in_the_file():
    text = ALERTMANAGER.read_text()

    assert set(re.findall(r"\b\w+_file: (\S+)", text)) == {
        "secrets/smtp_password",
        "secrets/slack_url",
        "secrets/pagerduty_key",
    }
    assert not re.search(r"\b(api_url|routing_key|service_key|smtp_auth_password):", text)


def test_most_of_what_is_measured_is_watched():
    watched = set().union(*(names_in(rule["expr"]) for rule in RULES.values()))

    assert CATALOGUE.keys() - watched <= {
        "copydesk_attempts_total",
        "copydesk_job_failures_total",
        "copydesk_job_run_seconds",
        "copydesk_provider_tokens_total",
        "copydesk_store_up",  # readiness tells the same, and takes the process out
    }

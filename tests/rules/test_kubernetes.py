"""What is applied to Kubernetes is valid, closed and complete. There is no cluster to ask."""

import shlex

import jsonschema
import kubernetes_validate
import pytest

from devserver.procfile import read_procfile
from shared.settings import Settings
from tests.rules.manifests import COLOURS, OVERLAYS, build
from tests.rules.programs import ROOT, read_json

KUBERNETES = ("1.31", "1.37")  # the oldest that is meant, and the newest that the schemas know
SCHEMAS = {"ScaledObject": read_json(ROOT / "tests/rules/schemas/keda-scaledobject.json")}
PROCESSES = read_procfile(ROOT / "Procfile")
EVERY = [*OVERLAYS, *(f"{overlay}-{colour}" for overlay in OVERLAYS for colour in COLOURS)]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build(tmp_path_factory.mktemp("manifests"))


@pytest.fixture(params=EVERY)
def manifests(request, built):
    return built[request.param]


def pods_of(built, overlay="production"):
    return built[overlay].pods() | built[f"{overlay}-blue"].pods()


def container(pod):
    (only,) = pod["spec"]["containers"]
    return only


@pytest.mark.parametrize("version", KUBERNETES)
def test_every_object_is_what_the_api_allows(manifests, version):
    for each in manifests.objects:
        if schema := SCHEMAS.get(each["kind"]):
            jsonschema.validate(each, schema)
        else:
            kubernetes_validate.validate(each, version, strict=True)


def test_it_runs_what_the_procfile_runs(built):
    for overlay in OVERLAYS:
        pods = pods_of(built, overlay)
        commands = {name.removesuffix("-blue"): container(pod).get("args")
                    for name, pod in pods.items()}  # fmt: skip
        # The image's own command: test_image.py holds it against the Procfile.
        assert commands.pop("web") is None
        assert commands == {
            name: shlex.split(command) for name, command in PROCESSES.items() if name != "web"
        }


def test_no_process_may_do_more_than_it_needs(manifests):
    for pod in manifests.pods().values():
        spec, only = pod["spec"], container(pod)
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False
        assert spec["shareProcessNamespace"] is True  # no watchdog could end process 1
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert only["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"requests", "limits"} <= only["resources"].keys()


def test_every_process_has_time_to_stop(manifests):
    for name, pod in manifests.pods().items():
        settings = next(iter(manifests.of("ConfigMap").values()))["data"]
        needed = 10 + 10 if name.startswith("web") else float(settings["WORKER_GRACE"])
        assert pod["spec"]["terminationGracePeriodSeconds"] >= needed + 10


def test_every_process_is_asked(built):
    probes = {name: {each for each in container(pod) if each.endswith("Probe")}
              for name, pod in pods_of(built).items()}  # fmt: skip

    all_three = {"startupProbe", "readinessProbe", "livenessProbe"}
    of_workers = {"startupProbe", "livenessProbe"}
    assert probes.pop("web-blue") == probes.pop("flower") == all_three
    assert probes == dict.fromkeys(
        ["interactive", "bulk", "isolate", "sweeper", "beat"], of_workers
    )


def test_a_store_that_is_away_does_not_end_the_web_tier(built):
    web = container(built["production-blue"].pods()["web-blue"])
    asked = [web[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe")]

    assert asked == ["/api/health/liveness", "/api/health/readiness"]


def test_workers_are_asked_by_their_own_name(built):
    for name, pod in pods_of(built).items():
        for probe in (container(pod).get(kind, {}) for kind in ("startupProbe", "livenessProbe")):
            if "exec" in probe:
                assert probe["exec"]["command"] == ["python", "-m", "workers.probe", name]


def test_settings_exist_and_no_secret_is_among_them(built):
    secret = {name for name, field in Settings.model_fields.items()
              if "Secret" in str(field.annotation)}  # fmt: skip
    for overlay in OVERLAYS:
        (config,) = built[overlay].of("ConfigMap").values()
        names = {name.lower() for name in config["data"]}
        assert names <= set(Settings.model_fields)
        assert not names & (secret | {"redis_uri", "broker_uri", "cache_uri", "mongo_uri"})
        assert config["data"]["ENVIRONMENT"] == overlay
        assert not built[overlay].of("Secret")


def test_both_colours_and_the_workers_read_the_same_settings(built):
    for overlay in OVERLAYS:
        names = [overlay, *(f"{overlay}-{colour}" for colour in COLOURS)]
        data = [next(iter(built[name].of("ConfigMap").values()))["data"] for name in names]
        assert data[0] == data[1] == data[2]
        for name in names:
            (config,) = built[name].of("ConfigMap")
            for pod in built[name].pods().values():
                assert container(pod)["envFrom"][0]["configMapRef"]["name"] == config


def test_a_colour_is_another_deployment_that_the_service_can_tell_apart(built):
    service = built["production"].of("Service")["web"]["spec"]["selector"]
    labels = {colour: built[f"production-{colour}"].pods()[f"web-{colour}"]["metadata"]["labels"]
              for colour in COLOURS}  # fmt: skip

    # blue-green.sh puts the colour in; an applied file that named one would take it back.
    assert "copydesk/colour" not in service
    for colour in COLOURS:
        assert service.items() <= labels[colour].items()
        assert labels[colour]["copydesk/colour"] == colour


def test_a_colour_brings_nothing_that_the_other_one_uses(built):
    blue, green = (
        {(one["kind"], one["metadata"]["name"]) for one in built[f"production-{colour}"].objects}
        for colour in COLOURS
    )

    assert not blue & green


def test_nothing_is_open_but_what_is_named(built):
    policies = built["production"].of("NetworkPolicy")
    deny = policies.pop("default-deny")["spec"]

    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for each in policies.values():
        rules = [*each["spec"].get("ingress", ()), *each["spec"].get("egress", ())]
        assert rules
        assert all(("from" in rule or "to" in rule) and rule["ports"] for rule in rules)


def test_what_scales_has_no_number_that_an_apply_would_bring_back(built):
    scaled = {one["spec"]["scaleTargetRef"]["name"]
              for name in ("production", "production-blue")
              for kind in ("ScaledObject", "HorizontalPodAutoscaler")
              for one in built[name].of(kind).values()}  # fmt: skip

    assert scaled == {"interactive", "bulk", "web-blue"}
    deployments = built["production"].of("Deployment") | built["production-blue"].of("Deployment")
    for name, one in deployments.items():
        assert ("replicas" not in one["spec"]) == (name in scaled)


def test_workers_follow_the_depth_of_their_own_lane(built):
    for name, one in built["production"].of("ScaledObject").items():
        (trigger,) = one["spec"]["triggers"]
        assert f'copydesk_lane_depth{{lane="{name}"}}' in trigger["metadata"]["query"]
        assert trigger["metadata"]["ignoreNullValues"] == "false"
        assert int(one["spec"]["minReplicaCount"]) >= 1


def test_budgets_and_policies_name_pods_that_there_are(built):
    labels = [pod["metadata"]["labels"].items() for pod in pods_of(built).values()]

    for name, one in built["production"].of("PodDisruptionBudget").items():
        wanted = one["spec"]["selector"]["matchLabels"].items()
        assert any(wanted <= found for found in labels), name
    for one in built["production"].of("NetworkPolicy").values():
        wanted = one["spec"]["podSelector"].get("matchLabels", {}).items()
        assert any(wanted <= found for found in labels)


def test_the_way_in_leads_to_the_api_alone(built):
    (ingress,) = built["production"].of("Ingress").values()
    paths = [path["path"] for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]

    assert paths == ["/api"]
    assert ingress["metadata"]["annotations"]["nginx.org/proxy-buffering"] == "false"

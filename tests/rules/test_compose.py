"""The same processes wherever Copydesk runs. No container is started here: files are judged."""

import re

import pytest
import yaml

from devserver.procfile import read_procfile
from shared.settings import Settings
from tests.rules.programs import DEPLOY, ROOT, run

BASE = ROOT / "docker-compose.yml"
OVERLAYS = sorted((DEPLOY / "compose").glob("*.yml"))
OURS = set(read_procfile(ROOT / "Procfile"))
STORES = {"redis", "cache", "mongo"}
AWAITED = {"metrics_port"}  # comes with the metrics
# Importing web/server.py would read settings.
WEB_GRACE = int(re.search(r"graceful_timeout = (\d+)", (ROOT / "web/server.py").read_text())[1])
NO_SECRETS = {"JWT_OLD_SECRETS", "PASSWORD_MEMORY_KIB"}  # empty unless set; a number


def services_of(path):
    return yaml.safe_load(path.read_text())["services"]


@pytest.fixture(scope="module")
def services():
    return services_of(BASE)


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)(s|m)", text).groups()
    return int(number) * {"s": 1, "m": 60}[unit]


def test_every_file_is_what_the_specification_allows():
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", BASE, *OVERLAYS)


def test_there_is_an_overlay_for_each_environment():
    names = {"development", "testing", "staging", "production"}

    assert {path.stem for path in OVERLAYS} == names
    for path in OVERLAYS:
        given = services_of(path)["web"]["environment"]["ENVIRONMENT"]
        assert given == path.stem


def test_it_runs_what_the_procfile_runs(services):
    commands = {name: " ".join(services[name]["command"].split()) for name in OURS}

    assert commands == read_procfile(ROOT / "Procfile")


@pytest.mark.parametrize("path", [BASE, *OVERLAYS], ids=lambda path: path.stem)
def test_it_names_only_services_and_settings_that_exist(services, path):
    found = services_of(path)

    assert found.keys() <= services.keys()
    for name in OURS & found.keys():
        settings = {each.lower() for each in found[name].get("environment", {})}
        assert settings <= set(Settings.model_fields) | AWAITED


def test_it_waits_for_stores_that_tell_their_health(services):
    for name in OURS:
        waits = services[name]["depends_on"]
        assert {
            store: {"condition": "service_healthy"} for store in STORES
        }.items() <= waits.items()
    for each in services.values():
        for other, how in each.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in services[other]["healthcheck"]


def test_all_that_runs_on_tells_its_health(services):
    silent = {name for name, each in services.items() if "test" not in each.get("healthcheck", {})}

    assert silent == {"bucket"}


def test_no_process_of_ours_is_process_1_which_its_watchdog_could_not_end(services):
    assert all(services[name]["init"] is True for name in OURS)


def test_workers_are_asked_by_their_own_name(services):
    asked = {name: services[name]["healthcheck"]["test"][-1]
             for name in ("interactive", "bulk", "isolate", "sweeper", "beat")}  # fmt: skip

    assert asked == {name: name for name in asked}


def test_nothing_is_open_to_other_machines(services):
    published = [port for each in services.values() for port in each.get("ports", ())]

    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert all("ports" not in services[store] for store in STORES)


def test_stores_have_no_way_out(services):
    networks = yaml.safe_load(BASE.read_text())["networks"]

    assert networks["stores"] == {"internal": True}
    assert all(services[store]["networks"] == ["stores"] for store in STORES)


def test_no_secret_stands_in_a_file():
    text = "".join(path.read_text() for path in (BASE, *OVERLAYS))
    given = re.findall(r"^ +(\w*(?:SECRET|PASSWORD|AUTH)\w*): (.*)$", text, re.MULTILINE)

    assert {"JWT_SECRET", "FLOWER_BASIC_AUTH", "MINIO_ROOT_PASSWORD"} <= {name for name, _ in given}
    for name, value in given:
        assert re.match(r"\$\{\w+:\?", value) or name in NO_SECRETS


def test_all_that_must_be_set_is_in_the_example():
    required = set(re.findall(r"\$\{([A-Z0-9_]+):\?", BASE.read_text()))
    example = (DEPLOY / "compose" / "env.example").read_text()

    assert required == set(re.findall(r"^([A-Z0-9_]+)=$", example, re.MULTILINE))


@pytest.mark.parametrize("path", [BASE, *OVERLAYS], ids=lambda path: path.stem)
def test_a_process_is_stopped_for_good_only_after_it_had_its_time(services, path):
    for name, each in services_of(path).items():
        if name not in OURS or "stop_grace_period" not in each | services[name]:
            continue
        grace = (services[name] | each)["stop_grace_period"]
        worker_grace = each.get("environment", {}).get(
            "WORKER_GRACE", Settings.model_fields["worker_grace"].default
        )
        assert seconds(grace) >= max(float(worker_grace), WEB_GRACE) + 10


def test_the_store_of_jobs_evicts_nothing_and_the_cache_writes_nothing_down(services):
    redis, cache = services["redis"]["command"], services["cache"]["command"]

    assert "--maxmemory-policy noeviction" in redis
    assert "--appendonly yes" in redis
    assert "--maxmemory-policy allkeys-lru" in cache
    assert "--appendonly no" in cache
    assert all("--maxmemory $" in command for command in (redis, cache))


def test_every_file_that_is_mounted_is_there(services):
    sources = [volume.split(":")[0] for each in services.values()
               for volume in each.get("volumes", ()) if str(volume).startswith("./")]  # fmt: skip

    assert sources
    assert all((ROOT / source).exists() for source in sources)

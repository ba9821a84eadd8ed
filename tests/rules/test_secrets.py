"""Secrets come from the environment, and go nowhere else."""

import re
import subprocess

import pytest
from pydantic import SecretStr
from redbeat.schedulers import ensure_conf

from shared.settings import Settings
from tests.rules.programs import DEPLOY, ROOT
from workers.app import create_worker

MARKER = "hunter2hunter2hunter2hunter2hunter2"
SECRET = re.compile(r"(^|_)(secrets?|password|auth|token|api_key)($|_)")
NO_SECRETS = {"password_memory_kib"}
ADDRESSES = {
    "redis_uri": "redis",
    "broker_uri": "redis",
    "cache_uri": "redis",
    "mongo_uri": "mongodb",
    "openai_base_url": "https",
    "fallback_base_url": "https",
    "s3_endpoint_url": "https",
    "otel_exporter_otlp_endpoint": "https",
}
LINKS = {"flower_url", "runbook_url"}  # operators are shown them, to click on
ROOMS = ("web", "workers", "shared")
KEY_FILE = re.compile(r"(^|/)\.env$|\.(pem|key|p12|pfx)$|(^|/)id_(rsa|ed25519)$")
# Private keys, and keys of AWS, OpenAI, GitHub and Slack, as they look.
LOOKS_LIKE_ONE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|sk-(proj-)?[A-Za-z0-9]{32}|"
    r"gh[pousr]_[A-Za-z0-9]{36}|xox[abps]-[0-9A-Za-z-]{20}"
)


def git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def secrets():
    """Return the settings that hold one, by their type."""
    fields = Settings.model_fields.items()
    return {name for name, field in fields if "SecretStr" in str(field.annotation)}


def test_a_setting_that_is_called_a_secret_is_kept_as_one():
    called = {name for name in Settings.model_fields if SECRET.search(name)} - NO_SECRETS

    assert len(called) >= 4
    assert called <= secrets()


def test_no_default_is_a_secret_but_the_one_that_production_refuses():
    defaults = {name: Settings.model_fields[name].default for name in secrets()}
    given = {
        name
        for name, default in defaults.items()
        if isinstance(default, SecretStr) and default.get_secret_value()
    }

    # tests/unit/shared/test_settings.py shows that it is refused.
    assert given == {"jwt_secret"}


def test_no_repr_shows_a_secret_or_the_password_of_an_address():
    planted = dict.fromkeys(secrets(), MARKER) | {"flower_basic_auth": f"me:{MARKER}"}
    planted |= {name: f"{scheme}://me:{MARKER}@host:1/x" for name, scheme in ADDRESSES.items()}
    fields = Settings.model_fields.items()
    typed = {name for name, field in fields if re.search("Url|Dsn", str(field.annotation))}
    settings = Settings(_env_file=None, s3_access_key_id="me", fallback_model="b", **planted)

    assert typed == set(ADDRESSES) | LINKS
    assert MARKER in str(settings.redis_uri)
    assert MARKER not in f"{settings!r} {settings} {[settings]}"


@pytest.mark.filterwarnings("ignore:RedBeat will stop falling back")
def test_no_worker_tells_flower_a_password():
    planted = {name: f"{scheme}://me:{MARKER}@host:1/x" for name, scheme in ADDRESSES.items()}
    worker = create_worker(Settings(_env_file=None, fallback_model="b", **planted))

    # What `inspect conf` answers; Flower shows it on each worker's page.
    assert MARKER not in str(worker.conf.table(with_defaults=True))
    assert ensure_conf(worker).redis_url == planted["redis_uri"]


@pytest.mark.parametrize("room", ROOMS)
def test_nobody_else_reads_the_environment(room):
    read = re.compile(r"\bos\.(getenv|environ)(?!\[\"\w+\"\] = )")
    found = [str(p) for p in (ROOT / room).rglob("*.py") if read.search(p.read_text())]

    assert found == []


def test_no_secret_is_kept_in_the_repository():
    files = git("ls-files").splitlines()

    assert len(files) > 500
    assert [name for name in files if KEY_FILE.search(name)] == []
    assert git("check-ignore", ".env").strip() == ".env"
    texts = {name: (ROOT / name).read_text(errors="replace") for name in files if "." in name}
    assert [name for name, text in texts.items() if LOOKS_LIKE_ONE.search(text)] == []


def test_no_secret_gets_into_an_image():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    given = re.findall(r"^(?:ENV|ARG) +(\w+)|^ +(\w+)=", dockerfile, re.MULTILINE)

    assert next(line for line in ignored if not line.startswith("#")) == "*"
    assert not [line for line in ignored if ".env" in line]
    assert not {name.lower() for pair in given for name in pair} & set(Settings.model_fields)

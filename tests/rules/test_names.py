"""Names that two processes share mean the same to both."""

import re
import shlex
from pathlib import Path

import pytest

from devserver.procfile import read_procfile
from shared import errors
from shared.jobs.names import QueueName, TaskName
from shared.settings import Settings
from workers.app import create_worker

ROOT = Path(__file__).parents[2]
_SETTINGS_ROW = re.compile(r"^\| `([A-Z][A-Z0-9_]*)` \|", re.MULTILINE)
STATUSES = {
    "VALIDATION_ERROR": 400,
    "UNAUTHENTICATED": 401,
    "BUDGET_EXCEEDED": 402,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CONFLICT": 409,
    "GONE": 410,
    "REVISION_CONFLICT": 412,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "IDEMPOTENCY_MISMATCH": 422,
    "PRECONDITION_REQUIRED": 428,
    "RATE_LIMITED": 429,
    "PROCESSING_ERROR": 500,
    "PROVIDER_ERROR": 502,
    "OVERLOADED": 503,
    "CIRCUIT_OPEN": 503,
    "PROVIDER_TIMEOUT": 504,
    "OUTPUT_TRUNCATED": 422,
    "CONTENT_REFUSED": 422,
    "NO_VALID_SUGGESTIONS": 422,
    "MODEL_REQUIRED": 422,
    "WORKER_LOST": 500,
    "POISONED": 500,
}


@pytest.fixture(scope="module")
def worker():
    addresses = {"redis_uri": "redis://127.0.0.1:1/0", "mongo_uri": "mongodb://127.0.0.1:1/x"}
    app = create_worker(Settings(_env_file=None, **addresses))
    yield app
    app.close()


def kinds(kind=errors.AppError):
    """Return this error and all that are one."""
    return [kind, *(below for child in kind.__subclasses__() for below in kinds(child))]


def consumed_queues():
    """Return the queues that each worker of the Procfile takes messages from."""
    commands = map(shlex.split, read_procfile(ROOT / "Procfile").values())
    return [
        set(command[command.index("--queues") + 1].split(","))
        for command in commands
        if "--queues" in command
    ]


def test_every_task_name_has_a_task(worker):
    assert set(TaskName) <= set(worker.tasks)


def test_every_task_of_ours_has_a_name(worker):
    ours = {name for name in worker.tasks if not name.startswith("celery.")}

    assert ours == set(TaskName)


def test_every_queue_has_a_worker():
    assert set(QueueName) == set().union(*consumed_queues())


def test_every_queue_is_known_to_the_broker(worker):
    assert {queue.name for queue in worker.conf.task_queues} == set(QueueName)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_error_has_the_status_of_its_code(kind):
    assert kind.status == STATUSES[kind.code]


def test_every_error_ends_in_error():
    assert [kind.__name__ for kind in kinds() if not kind.__name__.endswith("Error")] == []


def test_the_readme_lists_every_setting_and_no_other():
    listed = _SETTINGS_ROW.findall((ROOT / "README.md").read_text())

    assert sorted(listed) == sorted(name.upper() for name in Settings.model_fields)

import io
import json
import logging
import sys

import pytest
import structlog

from shared.logs import configure_logs
from shared.settings import Settings

URIS = {"redis_uri": "redis://r:1/0", "mongo_uri": "mongodb://m:1/x"}
REAL = {"jwt_secret": "x" * 32, "flower_basic_auth": "me:secret"}


@pytest.fixture
def lines(monkeypatch):
    """Set up the logs of production and return a function that reads them."""
    settings = Settings(_env_file=None, environment="production", **URIS, **REAL)
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure_logs(settings, process="web")
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def break_something():
    raise ValueError("the writer's words")


class TestConfigureLogs:
    def test_each_line_says_who_and_when(self, lines):
        structlog.get_logger("web.ours").info("begun", job_id="job_1")
        (line,) = lines()

        assert (line["event"], line["process"], line["level"]) == ("begun", "web", "info")
        assert line["job_id"] == "job_1"
        assert line["timestamp"].endswith("Z")

    def test_libraries_log_in_the_same_form(self, lines):
        logging.getLogger("theirs").warning("careful with %s", "that")
        (line,) = lines()

        assert (line["event"], line["process"]) == ("careful with that", "web")

    @pytest.mark.parametrize("name", ["web.ours", "theirs"])
    def test_an_exception_shows_where_and_not_what(self, lines, name):
        logger = structlog.get_logger(name) if name == "web.ours" else logging.getLogger(name)
        try:
            break_something()
        except ValueError:
            logger.exception("broke")
        (line,) = lines()

        assert line["error"] == "ValueError"
        assert "break_something" in str(line["frames"])
        assert "words" not in json.dumps(line)

    def test_what_is_bound_stands_in_every_line(self, lines):
        with structlog.contextvars.bound_contextvars(request_id="req-1"):
            logging.getLogger("theirs").warning("careful")
        (line,) = lines()

        assert line["request_id"] == "req-1"

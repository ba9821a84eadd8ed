import io
import json
import logging
import sys
import threading
import warnings

import pytest
import structlog
from gunicorn.config import Config

from shared import logs as shared_logs
from shared.logs import configure_logs
from shared.settings import Settings
from web.gateway import GatewayLog

URIS = {"redis_uri": "redis://r:1/0", "mongo_uri": "mongodb://m:1/x"}
REAL = {"jwt_secret": "x" * 32, "flower_basic_auth": "me:secret"}


@pytest.fixture
def logged(monkeypatch):
    """Return a function that sets up the logs of production, and returns one that reads them."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    for module, hook in (
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
        (warnings, "showwarning"),
    ):
        monkeypatch.setattr(module, hook, getattr(module, hook))

    def log(**more):
        settings = Settings(_env_file=None, environment="production", **URIS, **REAL, **more)
        written = io.StringIO()
        monkeypatch.setattr(sys, "stderr", written)
        configure_logs(settings, process="web")
        return lambda: [json.loads(line) for line in written.getvalue().splitlines()]

    yield log
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.fixture
def lines(logged):
    return logged()


@pytest.fixture
def debug_lines(logged):
    return logged(log_level="DEBUG")


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

    def test_a_library_is_not_heard_below_a_warning(self, debug_lines):
        for name in ("pymongo.command", "httpx2", "flower.command"):
            logging.getLogger(name).debug("the writer's words")
        structlog.get_logger("web.ours").debug("heard")

        assert [line["event"] for line in debug_lines()] == ["heard"]

    def test_a_warning_tells_where_and_not_what(self, lines):
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = shared_logs._log_warning
            warnings.warn("the writer's words", stacklevel=1)
        (line,) = lines()

        assert (line["event"], line["category"]) == ("python_warning", "UserWarning")
        assert "words" not in json.dumps(line)

    def test_what_ends_a_thread_is_told_in_the_same_form(self, lines):
        thread = threading.Thread(target=break_something, name="broken")
        thread.start()
        thread.join()
        (line,) = lines()

        assert (line["event"], line["thread"]) == ("thread_broke", "broken")
        assert line["error"] == "ValueError"
        assert "words" not in json.dumps(line)


class TestGunicornsLines:
    def test_they_are_in_the_form_of_all_and_name_no_address(self, lines):
        log = GatewayLog(Config())
        try:
            break_something()
        except ValueError:
            log.exception("Error handling request %s", "/x?st=the-writers-token")
        (line,) = lines()

        assert (line["event"], line["logger"]) == ("Error handling request", "gunicorn.error")
        assert line["error"] == "ValueError"
        assert "writer" not in json.dumps(line)

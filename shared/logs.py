"""One log schema for every process: JSON outside development, readable lines within."""

import logging
import os
import sys
import threading
import traceback
import warnings
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.settings import Environment, Settings
from shared.version import VERSION

# Whoever else speaks is heard from WARNING on: below that, libraries tell of documents, addresses
# and keys. `__main__` is a process of ours that was started by its module's name.
_MAY_TELL_ALL = ("__main__", "celery", "gunicorn", "shared", "web", "workers")
_AT_LEAST = {
    "flower": logging.INFO,  # below, it tells its settings, and so its password
    # At INFO these tell of every job, without its request id: ours do.
    "celery.worker.strategy": logging.WARNING,
    "celery.app.trace": logging.WARNING,
}

log = structlog.get_logger(__name__)


def configure_logs(settings: Settings, *, process: str) -> None:
    """Send structlog and the standard library's records to stderr in one form."""
    is_local = settings.environment in (Environment.DEVELOPMENT, Environment.TESTING)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_process(process),
        _where_not_what,
    ]
    last: tuple[Processor, ...] = (
        _name_installation(settings),
        structlog.processors.JSONRenderer(),
    )
    if is_local:
        last = (structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),)
    level = logging.getLevelNamesMapping()[settings.log_level]
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    _set_levels(handler, level)
    _catch_what_would_be_printed()


def _set_levels(handler: logging.Handler, level: int) -> None:
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    for name in _MAY_TELL_ALL:
        logging.getLogger(name).setLevel(level)
    for name, least in _AT_LEAST.items():
        logging.getLogger(name).setLevel(max(level, least))


def _catch_what_would_be_printed() -> None:
    """Python would print it: not in our form, and with words that may be the writer's."""
    sys.excepthook = _log_the_end
    threading.excepthook = _log_the_end_of_a_thread
    sys.unraisablehook = _log_what_nobody_hears
    warnings.showwarning = _log_warning  # type: ignore[assignment]


def _log_the_end(kind: type[BaseException], error: BaseException, frames: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("process_broke", exc_info=(kind, error, frames))


def _log_the_end_of_a_thread(broken: threading.ExceptHookArgs) -> None:
    if broken.exc_type is SystemExit:
        return
    told = (broken.exc_type, broken.exc_value, broken.exc_traceback)
    log.critical("thread_broke", thread=broken.thread and broken.thread.name, exc_info=told)


def _log_what_nobody_hears(lost: Any) -> None:
    told = (lost.exc_type, lost.exc_value, lost.exc_traceback)
    log.error("error_unheard", exc_info=told)


def _log_warning(_text: Any, category: type[Warning], path: str, line: int, *_: Any) -> None:
    """A warning may show the value that it is about."""
    log.warning("python_warning", category=category.__name__, where=f"{path}:{line}")


def _name_process(process: str) -> Processor:
    def name_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return name_process


def _name_installation(settings: Settings) -> Processor:
    """Tell what one who reads the lines of many machines has to know."""
    known = {"version": VERSION, "environment": settings.environment.value}

    def name_installation(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event.update(known, pid=os.getpid())
        return event

    return name_installation


def _where_not_what(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Show an exception's type and frames, not its message: that may repeat the writer's words."""
    info: Any = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0]:
        frames = traceback.extract_tb(info[2])
        event["error"] = info[0].__name__
        event["frames"] = [f"{f.filename}:{f.lineno} {f.name}" for f in frames]
    return event

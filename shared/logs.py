"""One log schema for every process: JSON outside development, readable lines within."""

import logging
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.settings import Environment, Settings

# At INFO these tell of every call, and Celery's two of every job, without its request id: ours do.
_QUIET = (
    "httpx2",
    "httpcore2",
    "openai",
    "kombu",
    "amqp",
    "celery.worker.strategy",
    "celery.app.trace",
)


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
    last: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if is_local
        else structlog.processors.JSONRenderer()
    )
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
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _name_process(process: str) -> Processor:
    def name_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return name_process


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

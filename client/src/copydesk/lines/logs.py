"""What the libraries below us may not log: the id of a session lets one in like a password."""

import logging
import re

_LOGGERS = ("httpcore.http11", "httpcore.http2", "httpcore.proxy")
_SECRET = re.compile(r"""(b'(?:x-session-id|set-cookie)', )b(?:'[^']*'|"[^"]*")""", re.IGNORECASE)


class Discretion(logging.Filter):
    """Blots out the headers of an answer that let one in."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _SECRET.sub(r"\1b'***'", str(record.msg))
        return True


_DISCRETION = Discretion()


def keep_sessions_out_of_logs() -> None:
    """Have it so from now on; asking again changes nothing."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_DISCRETION)

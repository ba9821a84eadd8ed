"""What converters run in a cage: pandoc, and our own programs."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import web
from web.services.cage import MOST_MEMORY_BYTES, Program

_ROOT = str(Path(web.__file__).parent.parent)
# Isolated, Python looks for modules where it is installed, and nowhere else unless it is told.
_RUN = (
    "import runpy, sys; sys.path.append(sys.argv[1]); "
    "runpy.run_module(sys.argv[2], None, '__main__')"
)


def pandoc(*options: str) -> Program:
    """Pandoc reads and fetches nothing but what it is given; `-M` bounds its memory."""
    bounded = ("+RTS", f"-M{MOST_MEMORY_BYTES}", "-RTS")
    command = (
        _pandoc_path(),
        "--sandbox",
        "--wrap=preserve",
        "--preserve-tabs",
        *options,
        *bounded,
    )
    # The same text makes the same file.
    return Program(command, bounds_its_memory=True, environment={"SOURCE_DATE_EPOCH": "946684800"})


def own_program(module: ModuleType) -> Program:
    """Return the module, or the package, as a program of its own."""
    return Program((sys.executable, "-I", "-c", _RUN, _ROOT, module.__name__))


def _pandoc_path() -> str:
    """Return the program that the lock file names, and never another one of this machine."""
    package = importlib.util.find_spec("pypandoc")
    if package is None or package.origin is None:
        raise FileNotFoundError("pypandoc-binary is not installed")
    return str(Path(package.origin).parent / "files" / "pandoc")

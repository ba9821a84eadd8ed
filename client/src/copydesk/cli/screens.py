"""The two streams: what the caller asked for on one, all that is said beside it on the other."""

import sys
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from copydesk.cli.showing import visible

PIPE_WIDTH = 200  # of a table that no terminal shows


@dataclass(frozen=True)
class Screens:
    """`out` is standard output, `err` standard error."""

    out: Console
    err: Console

    def say(self, words: str, style: str = "") -> None:
        """Say something beside the result; names of files may be meant to steer the terminal."""
        self.err.print(Text(visible(words), style), soft_wrap=True)

    def emit(self, content: bytes) -> None:
        """Give out the result, byte for byte."""
        self.out.file.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def open_screens() -> Screens:
    """Return the screens as the environment wants them: NO_COLOR, TERM, a pipe."""
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return Screens(Console(highlight=False, width=width), Console(stderr=True, highlight=False))

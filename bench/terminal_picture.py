"""`python -m bench.terminal_picture`: draw `docs/pictures/improve.svg` from a true run.

The command line improves a page on a stack of its own, with the engine that needs no key.
"""

import io
import re
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bench.stack import ROOT
from devserver.stores import EmbeddedMongo, EmbeddedRedis
from tests.command_line import CommandLine
from tests.stack import Stack

PICTURE = ROOT / "docs" / "pictures" / "improve.svg"
WIDTH = 92
COMMANDS = (("improve", "report.md"), ("improve", "--apply", "report.md"))
PAGE = """\
# How we ship

In order to utilize the new line, each team will recieve a slot.
The board shows the slots that are free at this point in time.

# What went wrong

Due to the fact that nobody looked, the the release was late.
It is absolutely essential that we look prior to a release.
"""
_FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_DRAWN_OVER = re.compile(r"^.*\x1b\[2K", re.MULTILINE)  # earlier states of the bar
_CURSOR = re.compile(r"\x1b\[\?25[hl]")


def main() -> None:
    """Run the commands, and draw what stood on the terminal."""
    with tempfile.TemporaryDirectory(prefix="copydesk-picture-") as folder, ExitStack() as parts:
        shown = _run_all(Path(folder), parts)
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    for command, screen in zip(COMMANDS, shown, strict=True):
        console.print(Text.assemble(("$ ", "bold green"), " ".join(("copydesk", *command))))
        console.print(Text.from_ansi(screen))
    drawn = console.export_svg(title="copydesk", unique_id="improve")
    PICTURE.write_text(_FONTS.sub("", drawn), encoding="utf-8")
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}\n")


def _run_all(folder: Path, parts: ExitStack) -> list[str]:
    redis = parts.enter_context(EmbeddedRedis(folder / "redis"))
    mongo = parts.enter_context(EmbeddedMongo(folder / "mongo"))
    stack = parts.enter_context(Stack(folder / "stack", REDIS_URI=redis.uri, MONGO_URI=mongo.uri))
    stack.start("web", "interactive", "bulk", "sweeper").wait_until_ready()
    desk = CommandLine(folder / "desk", stack.url)
    (desk.folder / "report.md").write_text(PAGE, encoding="utf-8")
    return [_screen_of(desk, command) for command in COMMANDS]


def _screen_of(desk: CommandLine, command: tuple[str, ...]) -> str:
    with desk.on_terminal(*command, COLUMNS=str(WIDTH)) as terminal:
        if status := terminal.ends():
            raise SystemExit(f"status {status}: {terminal.shown}")
        lines = terminal.shown.replace("\r", "")
    return _CURSOR.sub("", _DRAWN_OVER.sub("", lines))


if __name__ == "__main__":
    main()

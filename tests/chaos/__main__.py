"""`python -m tests.chaos [ROW…]`: do the harm, judge what came back, print a table."""

import argparse
import random
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.chaos import table
from tests.chaos.brokers import BROKERS
from tests.chaos.house import House
from tests.chaos.registry import ROWS
from tests.chaos.rows import Row, Size, play
from tests.chaos.table import Line
from tests.chaos.verdict import Verdict
from tests.mongo import mongo_server_in
from tests.stack import ROOT

PAGE = ROOT / "docs" / "reliability.md"
_SHOWN = 10  # faults of one run


def main(arguments: Sequence[str] | None = None) -> int:
    """Play what was asked for; the status is 1 when a promise was broken."""
    asked = _parsed(arguments)
    _allow_many_connections()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # clean up, then end
    _say(f"seed {asked.seed}")
    _say(table.plain(table.HEADINGS))
    folder = Path(tempfile.mkdtemp(prefix="copydesk-chaos-"))
    with mongo_server_in(folder / "mongo") as server:
        uri = server.new_database("chaos")
        lines = [_line(name, folder / name, uri, asked) for name in asked.rows or ROWS]
    if asked.write:
        table.write(PAGE, lines, _command(asked))
    if all(line.is_clean for line in lines):
        shutil.rmtree(folder)
        return 0
    return 1


def play_row(row: Row, folder: Path, mongo_uri: str, size: Size, broker: str) -> list[Verdict]:
    """Return the verdict on each run of a row, over one stack of its own."""
    with House(folder, mongo_uri, row.plan, broker) as house:
        return list(play(row, house, size.joined() if row.runs_at_once else size, folder))


def _line(name: str, folder: Path, mongo_uri: str, asked: argparse.Namespace) -> Line:
    row, size = ROWS[name], Size(asked.runs, asked.jobs, asked.seed)
    if missing := row.missing():
        line = Line(name, [], missing)
    else:
        line = Line(name, play_row(row, folder, mongo_uri, size, asked.broker))
    _say(table.plain(line.cells()))
    if not line.is_clean:
        _say(f"  see {folder}")
        for number, verdict in enumerate(line.verdicts, 1):
            for fault in verdict.faults[:_SHOWN]:
                _say(f"  run {number}: {fault}")
            if (more := len(verdict.faults) - _SHOWN) > 0:
                _say(f"  run {number}: and {more} more")
    return line


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _command(asked: argparse.Namespace) -> str:
    sizes = f"--runs {asked.runs} --jobs {asked.jobs} --seed {asked.seed} --broker {asked.broker}"
    return " ".join(["python -m tests.chaos", *asked.rows, sizes])


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--runs", type=int, default=5, help="of each row")
    parser.add_argument("--jobs", type=int, default=200, help="in each run")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--broker", choices=sorted(BROKERS), default="redis")
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.relative_to(ROOT)}")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.rows) - set(ROWS)):
        parser.error(f"unknown: {', '.join(unknown)}")
    return asked


def _allow_many_connections() -> None:
    """Each open stream is a file here, and one in a web process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    sys.exit(main())

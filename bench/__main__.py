"""`python -m bench [NAME…] [--rounds N] [--write]`: measure, print a table, keep it."""

import argparse
import resource
import signal
import sys
from collections.abc import Sequence

from bench import measurements, report
from bench.figures import Figure
from bench.stack import ROOT, Stack

PAGE = ROOT / "docs" / "performance.md"
ROUNDS = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; the status is 1 when a target was missed."""
    asked = _parsed(arguments)
    _allow_many_connections()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # clean up, then end
    figures: list[Figure] = []
    for name in asked.names or measurements.ALL:
        sys.stderr.write(f"measuring: {name}\n")
        with Stack.started() as stack:
            figures += measurements.ALL[name](stack, asked.rounds)
    sys.stdout.write(report.plain(figures) + "\n")
    if asked.write:
        report.write(PAGE, figures)
    return int(any(figure.is_met is False for figure in figures))


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(measurements.ALL))
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of each side, in turn")
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.relative_to(ROOT)}")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.names) - set(measurements.ALL)):
        parser.error(f"unknown: {', '.join(unknown)}")
    if asked.write and asked.names:
        parser.error("--write keeps a whole run: name nothing with it")
    return asked


def _allow_many_connections() -> None:
    """A thousand streams are a thousand files here, and as many in the web process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench [NAME…] [--rounds N] [--write]`: measure, print a table, keep it.

`python -m bench load [--writers N] [--seconds S] [--write]`: many writers at once, for minutes.
"""

import argparse
import resource
import signal
import sys
from collections.abc import Sequence

from bench import measurements, report
from bench.editors import measure as editors
from bench.editors import report as editors_report
from bench.figures import Figure
from bench.stack import ROOT, Stack

PAGE = ROOT / "docs" / "performance.md"
ROUNDS = 3
LOAD = "load"  # goes by itself: it takes minutes, and has tables of its own
NAMES = (*measurements.ALL, LOAD)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; the status is 1 when a target was missed."""
    asked = _parsed(arguments)
    _allow_many_connections()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # clean up, then end
    return _load(asked) if asked.names == [LOAD] else _measure(asked)


def _load(asked: argparse.Namespace) -> int:
    with Stack.started() as stack:
        load = editors.measure(stack, writers=asked.writers, seconds=asked.seconds)
    told = editors_report.markdown(load)
    sys.stdout.write(told + "\n")
    if asked.write:
        report.write(PAGE, LOAD, told)
    return int(bool(load.faults))


def _measure(asked: argparse.Namespace) -> int:
    figures: list[Figure] = []
    for name in asked.names or measurements.ALL:
        sys.stderr.write(f"measuring: {name}\n")
        with Stack.started() as stack:
            figures += measurements.ALL[name](stack, asked.rounds)
    sys.stdout.write(report.plain(figures) + "\n")
    if asked.write:
        report.write(PAGE, "measured", report.markdown(figures))
    return int(any(figure.is_met is False for figure in figures))


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of each side, in turn")
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.relative_to(ROOT)}")
    parser.add_argument("--writers", type=int, default=editors.WRITERS, help="of the load")
    parser.add_argument("--seconds", type=float, default=editors.SECONDS, help="of the load")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.names) - set(NAMES)):
        parser.error(f"unknown: {', '.join(unknown)}")
    if LOAD in asked.names and asked.names != [LOAD]:
        parser.error(f"{LOAD} goes by itself: name nothing else with it")
    if asked.write and asked.names not in ([], [LOAD]):
        parser.error(f"--write keeps a whole run: name nothing with it, or {LOAD}")
    return asked


def _allow_many_connections() -> None:
    """A thousand streams are a thousand files here, and as many in the web process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    sys.exit(main())

"""The table: a row for each fault, in the terminal and in `docs/reliability.md`."""

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import machine, versions
from tests.chaos.tally import Tally
from tests.chaos.verdict import Verdict

HEADINGS = (
    "fault",
    "runs",
    "accepted",
    "lost",
    "finished twice",
    "stuck",
    "events wrong",
    "takeover s, p50 / max",
    "calls above",
    "remarks",
)
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True)
class Line:
    """What came of a fault's runs, or why there were none."""

    name: str
    verdicts: Sequence[Verdict]
    skipped: str = ""

    @property
    def is_clean(self) -> bool:
        return all(verdict.is_clean for verdict in self.verdicts)

    def cells(self) -> tuple[str, ...]:
        """Return what stands in the table."""
        if self.skipped:
            return (self.name, "0", *["-"] * 7, f"skipped: {self.skipped}")
        sums = (
            sum(each.accepted for each in self.verdicts),
            *(
                sum(len(getattr(each, kind)) for each in self.verdicts)
                for kind in ("lost", "twice", "stuck", "events")
            ),
        )
        above = sum(each.calls_above for each in self.verdicts)
        runs = str(len(self.verdicts))
        return (self.name, runs, *map(str, sums), self._takeover(), str(above), self._remarks())

    def _takeover(self) -> str:
        taken = [seconds for each in self.verdicts for seconds in each.takeovers_s]
        return f"{statistics.median(taken):.1f} / {max(taken):.1f}" if taken else "-"

    def _remarks(self) -> str:
        tally = Tally.of_all(each.tally for each in self.verdicts)
        if broken := sum(len(each.complaints) for each in self.verdicts):
            tally.count("PROMISES BROKEN", broken)
        told = [f"{what}: {number}" for what, number in tally.counts.items()]
        return "; ".join([*told, *(f"{what}: {most:.3g}" for what, most in tally.peaks.items())])


def plain(cells: Sequence[str]) -> str:
    """Return one line for the terminal."""
    widths = (len(heading) for heading in ("kill-web-before-publish", *HEADINGS[1:]))
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def markdown(lines: Sequence[Line], command: str) -> str:
    """Return the table and what it was made with, as Markdown."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(line.cells() for line in lines)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    when = f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine()}.\n{versions()}."
    return f"{when}\nCommand: `{command}`\n\n{table}"


def write(path: Path, lines: Sequence[Line], command: str) -> None:
    """Put the table between the page's marks; what people wrote around them stays."""
    page = path.read_text(encoding="utf-8")
    between = re.compile(f"{re.escape(_BEGIN)}.*{re.escape(_END)}", re.DOTALL)
    measured = f"{_BEGIN}\n{markdown(lines, command)}\n{_END}"
    path.write_text(between.sub(lambda _: measured, page), encoding="utf-8")

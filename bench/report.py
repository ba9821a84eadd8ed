"""Shows the figures: in the terminal, and in `docs/performance.md`."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, shown
from bench.machine import machine, versions

_HEADINGS = ("what", "ours", "bare", "compared", "target", "met")


def plain(figures: Sequence[Figure]) -> str:
    """Return a table for the terminal."""
    rows = [_HEADINGS, *map(_cells, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def markdown(figures: Sequence[Figure]) -> str:
    """Return the figures, what was missed, and the machine, as Markdown."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS), *map(_cells, figures)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    missed = "\n".join(f"- {figure.short_by}" for figure in figures if figure.short_by)
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine()}.\n{versions()}.\n\n{table}\n\n"
        f"Missed:\n\n{missed or '- nothing'}"
    )


def write(path: Path, mark: str, text: str) -> None:
    """Put the text between the page's marks of this name; what people wrote around them stays."""
    page = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    between = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    measured = f"{begin}\n{text}\n{end}"
    path.write_text(between.sub(lambda _: measured, page), encoding="utf-8")


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        _with_unit(figure.ours, figure.unit),
        "" if figure.bare is None else _with_unit(figure.bare, figure.unit),
        "" if figure.bare is None else _with_unit(figure.value, figure.value_unit),
        str(figure.target or ""),
        {True: "yes", False: "NO", None: ""}[figure.is_met],
    )


def _with_unit(value: float, unit: str) -> str:
    return f"{shown(value)} {unit}".rstrip()

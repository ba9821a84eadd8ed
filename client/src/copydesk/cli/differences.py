"""What changes between two texts: by words for the eye, by lines for `patch`."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
# Of what str.splitlines knows, patch knows this one end of a line alone.
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_NO_END = "\\ No newline at end of file\n"


class Change(Enum):
    """What becomes of a run of words."""

    KEPT = " "
    REMOVED = "-"
    ADDED = "+"


@dataclass(frozen=True)
class Run:
    """Words that share one fate."""

    change: Change
    text: str


def word_runs(old: str, new: str) -> Iterator[Run]:
    """Yield the runs that lead from the old words to the new ones, removals first."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield Run(Change.KEPT, "".join(before[start:end]))
            continue
        if end > start:
            yield Run(Change.REMOVED, "".join(before[start:end]))
        if new_end > new_start:
            yield Run(Change.ADDED, "".join(after[new_start:new_end]))


def unified_diff(old: str, new: str, name: str) -> Iterator[str]:
    """Yield the lines of a diff that `patch` takes; none where nothing changed."""
    label = f"{name}\t" if re.search(r"\s", name) else name  # as git does: else patch cuts it
    for line in difflib.unified_diff(_LINES.findall(old), _LINES.findall(new), label, label):
        yield line if line.endswith("\n") else f"{line}\n{_NO_END}"

"""Writes a unified diff from changes whose places are known: nothing has to be searched for."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from shared.domain.text import Span

_CONTEXT = 3
_HEADER = "--- a/document\n+++ b/document\n"

_Changes = Sequence[tuple[Span, str]]


@dataclass(frozen=True)
class _Block:
    """Whole lines of the old text, from `start` to `end`, and those that replace them."""

    start: int
    end: int
    lines: list[str]

    @property
    def growth(self) -> int:
        return len(self.lines) - (self.end - self.start)


class _Lines:
    """A text in lines, and the way from its offsets to them."""

    def __init__(self, content: str) -> None:
        self._content = content
        self.lines = _split(content)
        self._starts = list(accumulate(map(len, self.lines), initial=0))
        self._is_ended = content[-1:] in ("", "\n")

    def at(self, offset: int) -> int:
        """Return the line of the offset; at the end of the text, the one that would follow."""
        line = bisect_right(self._starts, offset) - 1
        return line if line < len(self.lines) or self._is_ended else line - 1

    def changed(self, first: int, last: int, changes: _Changes) -> Iterator[_Block]:
        """Yield the lines with the changes made, without those at the ends that stay the same."""
        at, pieces = self._starts[first], []
        for span, new in changes:
            pieces += [self._content[at : span.start], new]
            at = span.end
        pieces.append(self._content[at : self._starts[last]])
        old, new_lines = self.lines[first:last], _split("".join(pieces))
        head = _common(old, new_lines)
        tail = _common(old[head:][::-1], new_lines[head:][::-1])
        block = _Block(first + head, last - tail, new_lines[head : len(new_lines) - tail])
        if block.lines or block.start < block.end:
            yield block


def unified_diff(content: str, changes: _Changes) -> str:
    """Return the diff that makes the changes, which are in order and apart from each other.

    Lines end with a line feed and with nothing else, as for `diff`; a carriage return belongs to
    its line. The diff is empty if nothing changes. The format is that of GNU diffutils
    (https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html).
    """
    text = _Lines(content)
    hunks: list[list[_Block]] = []
    for block in _blocks(text, changes):
        if hunks and block.start - hunks[-1][-1].end <= 2 * _CONTEXT:
            hunks[-1].append(block)
        else:
            hunks.append([block])
    growth = accumulate((sum(block.growth for block in hunk) for hunk in hunks), initial=0)
    written = [_hunk(text.lines, hunk, grown) for hunk, grown in zip(hunks, growth, strict=False)]
    return "".join([_HEADER, *written]) if hunks else ""


def _blocks(text: _Lines, changes: _Changes) -> Iterator[_Block]:
    """Yield what differs, in order; changes to lines that touch are one block."""
    waiting: list[tuple[Span, str]] = []
    first = last = 0
    for span, new in changes:
        if waiting and text.at(span.start) > last:
            yield from text.changed(first, last, waiting)
            waiting = []
        if not waiting:
            first = text.at(span.start)
        # A line whose end goes takes the next one along.
        last = min(text.at(span.end) + 1, len(text.lines))
        waiting.append((span, new))
    if waiting:
        yield from text.changed(first, last, waiting)


def _hunk(lines: list[str], blocks: list[_Block], grown: int) -> str:
    start = max(blocks[0].start - _CONTEXT, 0)
    end = min(blocks[-1].end + _CONTEXT, len(lines))
    size = end - start
    new_size = size + sum(block.growth for block in blocks)
    written = [f"@@ -{_range(start, size)} +{_range(start + grown, new_size)} @@\n"]
    at = start
    for block in blocks:
        written += [_written(" ", line) for line in lines[at : block.start]]
        written += [_written("-", line) for line in lines[block.start : block.end]]
        written += [_written("+", line) for line in block.lines]
        at = block.end
    return "".join([*written, *(_written(" ", line) for line in lines[at:end])])


def _range(start: int, size: int) -> str:
    # Lines count from 1; an empty range names the line in front of it.
    return f"{start + 1 if size else start},{size}"


def _written(sign: str, line: str) -> str:
    return sign + line if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"


def _split(text: str) -> list[str]:
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _common(some: list[str], others: list[str]) -> int:
    """Return how many lines are the same from the beginning."""
    pairs = zip(some, others, strict=False)
    return next(
        (at for at, (one, other) in enumerate(pairs) if one != other), min(len(some), len(others))
    )

"""Finds what two rows have in common, in bounded time."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

# Longer rows are not compared in the middle: what differs there is replaced as a whole.
_MOST_PAIRS = 1_000_000

Thing = TypeVar("Thing", bound=Hashable)
# A stretch of the old row, and the one of the new row in its place.
Stretch = tuple[bool, slice, slice]


def stretches(
    old: Sequence[Thing], new: Sequence[Thing], junk: Callable[[Thing], bool] | None = None
) -> Iterator[Stretch]:
    """Yield stretch by stretch whether both rows are the same there, and where that is.

    What is `junk` is never the reason to call two stretches the same.
    """
    first = _common(old, new)
    last = _common(old[first:][::-1], new[first:][::-1])
    end_old, end_new = len(old) - last, len(new) - last
    yield True, slice(0, first), slice(0, first)
    for same, here, there in _inner(old[first:end_old], new[first:end_new], junk):
        yield same, _moved(here, first), _moved(there, first)
    yield True, slice(end_old, len(old)), slice(end_new, len(new))


def _inner(
    old: Sequence[Thing], new: Sequence[Thing], junk: Callable[[Thing], bool] | None
) -> Iterator[Stretch]:
    if len(old) * len(new) > _MOST_PAIRS:
        yield False, slice(0, len(old)), slice(0, len(new))
        return
    for tag, i, j, k, m in SequenceMatcher(junk, old, new, autojunk=False).get_opcodes():
        yield tag == "equal", slice(i, j), slice(k, m)


def _moved(part: slice, by: int) -> slice:
    return slice(part.start + by, part.stop + by)


def _common(old: Sequence[Thing], new: Sequence[Thing]) -> int:
    """Return how many things are the same at the beginning of both."""
    pairs = zip(old, new, strict=False)
    return next((at for at, (mine, other) in enumerate(pairs) if mine != other), _shorter(old, new))


def _shorter(old: Sequence[Thing], new: Sequence[Thing]) -> int:
    return min(len(old), len(new))

"""Chooses where to cut by what stands there, so that an edit moves no cut far from it.

Each place has a rank, a hash of the words that begin there. A stretch that is too large is cut at
its lowest rank, and so are its two parts. Ranks elsewhere stay as they are when a text is edited,
and so does the order in which they cut.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from shared.domain.text import Span

# The fewer characters count, the fewer edits change a rank; those behind tell twins apart.
_HASHED = 16
_HASHED_OF_TWINS = 96

# The tags in front of the words are much alike, and no more is said by them than by white space.
_LEAD = re.compile(r"(?:\s{0,99}+<[^<>]{1,99}+>){0,9}+\s{0,99}+")

Rank = tuple[bytes, bytes, int]


def ranks(content: str, points: Sequence[int]) -> list[Rank]:
    """Return the rank of each offset; no two neighbours that are alike have the same.

    Where the same words begin again and again, every other place is lower than those beside it,
    and so on: repeated stretches are cut evenly.
    """
    heads = [_digest(content, at, _HASHED) for at in points]
    seen = Counter(heads)
    tails = [
        _digest(content, at, _HASHED_OF_TWINS) if seen[head] > 1 else b""
        for at, head in zip(points, heads, strict=True)
    ]
    met: Counter[tuple[bytes, bytes]] = Counter()
    found = []
    for twin in zip(heads, tails, strict=True):
        met[twin] += 1
        found.append((*twin, -(met[twin] & -met[twin])))
    return found


def reaches(order: Sequence[Rank]) -> list[tuple[int, int]]:
    """Return for each rank the nearest lower one on either side, -1 and the length for none."""
    before, after = [-1] * len(order), [len(order)] * len(order)
    open_: list[int] = []
    for here, rank in enumerate(order):
        while open_ and order[open_[-1]] > rank:
            after[open_.pop()] = here
        before[here] = open_[-1] if open_ else -1
        open_.append(here)
    return list(zip(before, after, strict=True))


def spaced(content: str, area: Span, points: Sequence[int], least: int) -> list[int]:
    """Return those of the points in the area that are lower than all others near them.

    None of them is nearer than so many characters to another, or to an end of the area.
    """
    bounds = [area.start, *points, area.end]
    return [
        at
        for at, (before, after) in zip(points, reaches(ranks(content, points)), strict=True)
        if min(at - bounds[before + 1], bounds[after + 1] - at) >= least
    ]


def chosen(order: Sequence[Rank], sizes: Sequence[int], most: int) -> list[int]:
    """Return the indices of the ranks at which pieces of these sizes are cut apart.

    The rank `order[i]` stands between the sizes i and i + 1.
    """
    total = [0, *accumulate(sizes)]
    return [
        index
        for index, (before, after) in enumerate(reaches(order))
        if total[after + 1] - total[before + 1] > most
    ]


def _digest(content: str, at: int, length: int) -> bytes:
    lead = _LEAD.match(content, at)
    start = lead.end() if lead else at
    words = content[start : start + length].encode("utf-8", "surrogatepass")
    return hashlib.blake2b(words, digest_size=8).digest()

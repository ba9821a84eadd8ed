"""The longest text and the most edits: the CPU that finding, trimming and checking them takes."""

import random
import time
from collections.abc import Callable

from bench.figures import Figure, Target, median
from bench.stack import Stack
from shared.domain.positions import Placer
from shared.domain.suggestions import Edit
from shared.domain.text import Span, fold

WORDS = 25_000
EDITS = 200
_QUOTED = 8
_PARAGRAPH = 90
_MARKED = ("don\u2019t", "caf\u00e9", "\u201cbig\u201d", "\U0001f600")


def measure(_stack: Stack, rounds: int) -> list[Figure]:
    """Quotes as they stand, and quotes in typed marks, which are sought a second time."""
    return [
        _figure("quoted exactly", str, rounds),
        _figure("quoted in other marks", fold, rounds),
    ]


def _figure(how: str, quoted: Callable[[str], str], rounds: int) -> Figure:
    words = _words()
    text = "".join(word + ("\n\n" if n % _PARAGRAPH == 0 else " ") for n, word in enumerate(words))
    edits = _edits(words, quoted)
    took_ms = median([_place(text, edits) for _ in range(rounds)])
    name = f"{WORDS:,} words, {EDITS} edits {how}, CPU"
    return Figure(name, took_ms, None, took_ms, "ms", "ms", Target("<", 100, "ms"))


def _place(text: str, edits: list[Edit]) -> float:
    began_s = time.process_time()
    placer = Placer(text, Span(0, len(text)), EDITS)
    for edit in edits:
        placer.place(edit)
    return (time.process_time() - began_s) * 1000


def _words() -> list[str]:
    choose = random.Random(25_000).choice  # noqa: S311  the same text each time
    known = [*(f"w{n}" for n in range(3000)), *_MARKED * 100]
    return [choose(known) for _ in range(WORDS)]


def _edits(words: list[str], quoted: Callable[[str], str]) -> list[Edit]:
    starts = range(1, WORDS - _QUOTED, WORDS // EDITS)[:EDITS]
    return [_edit(words[start : start + _QUOTED], quoted) for start in starts]


def _edit(words: list[str], quoted: Callable[[str], str]) -> Edit:
    middle = len(words) // 2
    new, other = ([*words[:middle], word, *words[middle + 1 :]] for word in ("changed", "other"))
    return Edit(
        original=quoted(" ".join(words)),
        suggested=quoted(" ".join(new)),
        alternatives=(quoted(" ".join(other)),),
    )

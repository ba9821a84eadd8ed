"""Harper's linters, shared by many threads."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from queue import LifoQueue

from harper import Dialect, Lint, Linter

from workers.ai.offline.shields import is_code_like

_TOKEN = re.compile(r"\S+")
_PUNCTUATION = "()[]{}.,;:!?\"'“”\u2018\u2019"


@dataclass(frozen=True)
class LinterPair:
    """Two linters, for what is an error on one side of the Atlantic only."""

    american: Linter
    british: Linter

    def lint(self, text: str) -> Sequence[Lint]:
        """Return what the American rules say; to guess at identifiers would take them long."""
        return self.american.lint(_TOKEN.sub(_as_code, text))

    def know(self, word: str) -> bool:
        """Whether the other side spells the word so."""
        return not any(lint.lint_kind == "Spelling" for lint in self.british.lint(word))


class LinterPool:
    """Lends linters to one thread each.

    A linter refuses a second thread while it works, though it lets go of the interpreter: two do
    1.3 times the work of one on 2 cores. They are made when first needed (1 s for the first, 5 ms
    for the next; the first unknown word costs 1.3 s more) and kept, the one used last first: its
    caches grow to some 70 MB and no further.
    """

    def __init__(self, size: int, rules_off: Sequence[str]) -> None:
        self._rules_off = rules_off
        self._idle: LifoQueue[LinterPair | None] = LifoQueue()
        for _ in range(size):
            self._idle.put(None)

    @contextmanager
    def borrow(self) -> Iterator[LinterPair]:
        """Wait for a pair that no other thread uses."""
        pair = self._idle.get()
        try:
            pair = pair or self._make()
            yield pair
        finally:
            self._idle.put(pair)

    def _make(self) -> LinterPair:
        american = Linter(Dialect.AMERICAN)
        off = [rule for rule in american.get_lint_config() if self._is_off(rule)]
        american.set_lint_config(dict.fromkeys(off, False))
        return LinterPair(american, Linter(Dialect.BRITISH))

    def _is_off(self, rule: str) -> bool:
        return any(fnmatchcase(rule, pattern) for pattern in self._rules_off)


def _as_code(token: re.Match[str]) -> str:
    """Mark an identifier as code, in its own length, so that Harper passes it by."""
    name = token[0].strip(_PUNCTUATION)
    if len(name) < 3 or "`" in token[0] or not is_code_like(name):
        return token[0]
    return token[0].replace(name, f"`{'x' * (len(name) - 2)}`", 1)

"""Grammar and spelling, by Harper's rules."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from harper import Lint, Suggestion, SuggestionKind

from shared.domain.text import Span
from workers.ai.offline.findings import Finding
from workers.ai.offline.lint_filter import is_foreign, is_sound, may_be_english
from workers.ai.offline.linters import LinterPair, LinterPool
from workers.ai.offline.spelling import corrections

_POOL_SIZE = 2
_MOST_ALTERNATIVES = 2
_CODE_MARKS = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class _Page:
    """A passage on the desk, and the linters lent for it."""

    content: str
    area: Span
    linters: LinterPair

    def sound_lints(self) -> list[Lint]:
        text = self.area.of(self.content)
        lints = self.linters.lint(text)
        if is_foreign(text, lints):
            return []
        return [lint for lint in lints if is_sound(text, lint, self.linters)]

    def correct(self, lint: Lint) -> tuple[Span, Sequence[str]]:
        """Return the place to change, and what could stand there, the best one first."""
        span = Span(self.area.start + lint.span.start, self.area.start + lint.span.end)
        texts = [_applied(lint.problem_text, suggestion) for suggestion in lint.suggestions]
        if lint.lint_kind == "Spelling":
            return span, self._spellings(lint.problem_text, texts)
        if lint.problem_text.strip() and all(texts):
            return span, texts
        wide = self._with_neighbours(span)
        head = self.content[wide.start : span.start]
        tail = self.content[span.end : wide.end]
        return wide, [head + text + tail for text in texts]

    def _spellings(self, word: str, candidates: Sequence[str]) -> Sequence[str]:
        plausible = corrections(self.content, word, candidates)
        return [] if plausible and self.linters.know(word) else plausible

    def _with_neighbours(self, span: Span) -> Span:
        """Return the span with what touches it, so that the quote is more than white space."""
        before = self.content[self.area.start : span.start].split()
        after = self.content[span.end : self.area.end].split()
        start = span.start
        end = span.end
        if before:
            start = self.content.rindex(before[-1], self.area.start, span.start)
        if after:
            end = self.content.index(after[0], span.end) + len(after[0])
        return Span(start, end)


class Proofreader:
    """Harper's findings, less the kinds and cases in which it is often wrong."""

    def __init__(self) -> None:
        data = tomllib.loads(files(__package__).joinpath("lint_rules.toml").read_text("utf-8"))
        self._categories: Mapping[str, str] = data["kinds"]
        self._linters = LinterPool(_POOL_SIZE, data["rules"]["off"])

    def find(self, content: str, area: Span, categories: frozenset[str]) -> Iterator[Finding]:
        """Yield the findings of these categories in one passage."""
        if not categories or not may_be_english(area.of(content)):
            return
        with self._linters.borrow() as linters:
            page = _Page(content, area, linters)
            # All at once: while the reader is busy with one finding, the linter is free again.
            found = [self._finding(page, lint) for lint in page.sound_lints()]
        yield from (one for one in found if one and one.category in categories)

    def _finding(self, page: _Page, lint: Lint) -> Finding | None:
        category = self._categories.get(lint.lint_kind)
        span, texts = page.correct(lint)
        texts = [text for text in texts if _is_clean(text, span.of(page.content))]
        if category is None or not texts:
            return None
        alternatives = tuple(texts[1 : 1 + _MOST_ALTERNATIVES])
        return Finding(span, texts[0], _explanation(lint), category, alternatives)


def _applied(text: str, suggestion: Suggestion) -> str:
    if suggestion.kind is SuggestionKind.INSERT_AFTER:
        return text + suggestion.replacement_text
    return suggestion.replacement_text


def _is_clean(text: str, original: str) -> bool:
    return text == text.strip() and "  " not in text and text != original


def _explanation(lint: Lint) -> str:
    if lint.lint_kind == "Spelling":
        return f"“{lint.problem_text}” looks misspelled."
    return _CODE_MARKS.sub(r"“\1”", lint.message)

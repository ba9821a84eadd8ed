"""Knows the cases in which Harper is wrong more often than right."""

import re
from collections.abc import Sequence

from harper import Lint

from workers.ai.offline.linters import LinterPair
from workers.ai.offline.shields import is_code_like

# The words that English prose cannot do without.
_FUNCTION_WORD = re.compile(
    r"\b(?:a|about|and|are|as|at|be|been|but|by|can|could|for|from|had|has|have|he|her|his|i|if|is"
    r"|it|its|more|my|not|of|on|or|our|she|that|the|their|there|they|this|to|was|we|were|what|when"
    r"|which|who|will|with|would|you|your)\b",
    re.IGNORECASE,
)
_FEW_WORDS = 12
_LEAST_FUNCTION_SHARE = 0.1

# A passage of which so large a part is unknown is not English.
_FOREIGN_WORDS = 4
_FOREIGN_SHARE = 0.25

# What ties a finding to its neighbour: it is a part of something larger.
_TIES = frozenset("-/`_@#&'\u2019")
_NEXT_TOKEN = re.compile(r"\s*([^\s,.;:!?)\]]+)")
# "etc.", "Dr.", "e.g.": a stop that ends no sentence.
_ABBREVIATION = re.compile(r"(?:\b\w{1,3}|\.\w+)\.$")


def may_be_english(text: str) -> bool:
    """Whether this looks like English prose; an unknown word costs Harper up to 30 ms."""
    length = len(text.split())
    known = len(_FUNCTION_WORD.findall(text))
    return length < _FEW_WORDS or known >= _LEAST_FUNCTION_SHARE * length


def is_foreign(text: str, lints: Sequence[Lint]) -> bool:
    """Whether so many words are unknown that the passage is in another language after all."""
    unknown = sum(lint.lint_kind == "Spelling" for lint in lints)
    return unknown >= _FOREIGN_WORDS and unknown > _FOREIGN_SHARE * len(text.split())


def is_sound(text: str, lint: Lint, linters: LinterPair) -> bool:
    """Whether the finding is one that a careful editor would make as well."""
    start, end = lint.span.start, lint.span.end
    if text[max(start - 1, 0) : start] in _TIES or text[end : end + 1] in _TIES:
        return False
    if lint.message.startswith("This sentence does not start with a capital"):
        return _follows_sentence(text, start) and linters.know(lint.problem_text)
    return lint.lint_kind == "Spelling" or not _precedes_code(text, end)


def _precedes_code(text: str, offset: int) -> bool:
    """Whether an acronym or identifier follows: how it is spoken decides, and nobody knows."""
    found = _NEXT_TOKEN.match(text, offset)
    return found is not None and (_is_acronym(found[1]) or is_code_like(found[1]))


def _is_acronym(token: str) -> bool:
    return len(token) > 1 and token.isupper()


def _follows_sentence(text: str, offset: int) -> bool:
    """Whether the passage is made of sentences, and one of them has just ended, or none begun."""
    lead = text[:offset].rstrip()
    if not lead:
        return text.rstrip().endswith((".", "!", "?"))
    return lead.endswith((".", "!", "?")) and not _ABBREVIATION.search(lead)

"""Turns a finding into the quotes that place it without doubt."""

from shared.domain.suggestions import Edit
from workers.ai.offline.findings import Finding

# How far to reach for context: a few words, and more only where they stand several times.
_REACHES = (40, 160, 640)


def as_edit(content: str, finding: Finding) -> Edit:
    """Return the edit, with the words around its quote."""
    before, after = _context(content, finding)
    return Edit(
        original=finding.span.of(content),
        suggested=finding.suggested,
        explanation=finding.explanation,
        before=before,
        after=after,
        category=finding.category,
        alternatives=finding.alternatives,
    )


def _context(content: str, finding: Finding) -> tuple[str, str]:
    """Return the shortest context that makes the quote unique, else the longest."""
    start, end = finding.span.start, finding.span.end
    before = after = ""
    for reach in _REACHES:
        before = _whole_words(content[max(start - reach - 1, 0) : start], reach)
        after = _whole_words(content[end : end + reach + 1][::-1], reach)[::-1]
        if _is_unique(content, before + content[start:end] + after):
            break
    return before, after


def _whole_words(text: str, reach: int) -> str:
    """Return the end of the text, within reach and from the beginning of a word on."""
    if len(text) <= reach:
        return text
    gap = next((at for at, sign in enumerate(text) if sign.isspace()), len(text))
    return text[gap:].lstrip() or text[1:]


def _is_unique(content: str, quote: str) -> bool:
    return content.find(quote, content.find(quote) + 1) < 0

"""What a rule found, at a known place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.domain.text import Span


@dataclass(frozen=True)
class Finding:
    """One replacement that a rule proposes."""

    span: Span
    suggested: str
    explanation: str
    category: str
    alternatives: tuple[str, ...] = ()


def settle(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield in the text's order; where two overlap, the one that was given first stays."""
    kept: list[Finding] = []
    for finding in findings:
        if not any(finding.span.overlaps(other.span) for other in kept):
            kept.append(finding)
    yield from sorted(kept, key=lambda finding: finding.span)

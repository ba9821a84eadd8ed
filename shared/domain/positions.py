"""Gives a model's edits their places in the writer's text."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.domain.guards import Guards, Judgement, ProtectedText
from shared.domain.joint_changes import JointChanges
from shared.domain.quotes import QuoteFinder
from shared.domain.suggestions import (
    Anchor,
    DropReason,
    Edit,
    PlacedSuggestions,
    Suggestion,
    as_writable,
    is_writable,
)
from shared.domain.text import GraphemeBoundaries, Span
from shared.domain.trimming import Change, trim

UNGUARDED = Guards()


@dataclass(frozen=True)
class Placement:
    """The edits that found their place, and how many did not, by reason."""

    suggestions: tuple[Suggestion, ...]
    dropped: Mapping[DropReason, int]


def place_edits(content: str, within: Span, edits: Iterable[Edit], limit: int) -> Placement:
    """Place each edit where its quote stands without doubt; see `Placer` for the policy."""
    placer = Placer(content, within, limit)
    placed = [placer.place(edit) for edit in edits]
    return Placement(
        suggestions=tuple(one for one in placed if isinstance(one, Suggestion)),
        dropped=Counter(one for one in placed if isinstance(one, DropReason)),
    )


class Placer:
    """Places edits, as they arrive, where their quotes stand without doubt.

    `QuoteFinder` finds the place and `trim` cuts the edit to what it changes there. Anything that
    is in doubt is dropped with its reason: a missing suggestion is better than one in the wrong
    place. The first reason counts, in this order: what is wrong with the edit in any text; its
    quote; no change; what is protected; what the judges say; then what depends on the suggestions
    before it: overlap, what they would make together, melting, the limit.

    A replacement must read as proposed whichever suggestions the writer accepts. One that would
    melt into the character beside it (a combining mark, half of a flag) is dropped, and so is one
    that would make markup with another one.
    """

    def __init__(self, content: str, within: Span, limit: int, guards: Guards = UNGUARDED) -> None:
        self._content = content
        self._limit = limit
        self._guards = guards
        self._protected = ProtectedText(content, guards.protected)
        self._boundaries = GraphemeBoundaries(content)
        self._quotes = QuoteFinder(content, within, self._boundaries)
        self._placed = PlacedSuggestions(content, self._boundaries)
        self._joint = JointChanges(content)

    def narrow(self, within: Span) -> None:
        """Place what comes from now on in this stretch only."""
        self._quotes.narrow(within)

    def place(self, edit: Edit) -> Suggestion | DropReason:
        """Return the edit as a suggestion with a place of its own, or why it has none."""
        change = self._change(edit)
        if isinstance(change, DropReason):
            return change
        said = self._judge(change.span, change.suggested)
        refusal = said.reason or self._refusal(change)
        return refusal or self._accept(edit, change, said.flags)

    def _change(self, edit: Edit) -> Change | DropReason:
        found = edit.fault or self._quotes.find(edit)
        if isinstance(found, DropReason):
            return found
        return trim(self._content, found, edit, self._protected)

    def _judge(self, span: Span, suggested: str) -> Judgement:
        if not self._protected.keeps(span, suggested):
            return Judgement(DropReason.PROTECTED)
        return self._guards.judge(span, suggested)

    def _refusal(self, change: Change) -> DropReason | None:
        if self._placed.overlap(change.span):
            return DropReason.OVERLAP
        if not self._allow_together(change.span, change.suggested):
            return DropReason.PROTECTED
        if not self._placed.keep_apart(change.span, change.suggested):
            return DropReason.MERGES_GRAPHEME
        return DropReason.LIMIT if len(self._placed) >= self._limit else None

    def _allow_together(self, span: Span, suggested: str) -> bool:
        return self._guards.allow_together(self._joint.with_others(span, suggested))

    def _accept(self, edit: Edit, change: Change, flags: tuple[str, ...]) -> Suggestion:
        suggestion = Suggestion(
            id=f"sg_{len(self._placed) + 1}",
            original=change.span.of(self._content),
            suggested=change.suggested,
            span=change.span,
            anchor=Anchor.at(change.span, self._content, self._boundaries),
            explanation=as_writable(edit.explanation),
            category=as_writable(edit.category),
            alternatives=tuple(self._alternatives(change, frozenset(flags))),
            flags=flags,
        )
        self._placed.add(suggestion)
        self._joint.add(suggestion)
        return suggestion

    def _alternatives(self, change: Change, flags: frozenset[str]) -> Iterator[str]:
        """Yield those that could be taken as well; none may be worse than the suggestion says."""
        known = {"", change.span.of(self._content), change.suggested}
        for text in dict.fromkeys(change.alternatives):
            is_new = text not in known and is_writable(text)
            if is_new and self._placed.keep_apart(change.span, text):
                said = self._judge(change.span, text)
                is_allowed = not said.reason and flags.issuperset(said.flags)
                if is_allowed and self._allow_together(change.span, text):
                    yield text

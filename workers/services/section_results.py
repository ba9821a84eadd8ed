"""What comes of a section: live, or from an answer that was kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shared.data.redis.section_answers import SectionAnswer
from shared.domain.placements import SuggestionSheet
from shared.domain.proposals import place_again
from shared.domain.section_requests import SectionRequest, SectionTerms
from shared.domain.suggestions import DropReason
from shared.domain.text import OffsetEncoding, OffsetMap, Span
from shared.jobs.batches import SectionResult

_KEPT_IN = OffsetEncoding.CODEPOINT


class SectionSheet(SuggestionSheet):
    """Collects a section's suggestions; it places them where the section stands, as one of a text.

    Parts, and the places of the result, count from the section's own start.
    """

    def __init__(self, terms: SectionTerms, section: SectionRequest) -> None:
        before, behind = section.beside
        content = before + section.content + behind
        self._lead = len(before)
        self._lead_units = OffsetMap(before, terms.offset_encoding).encode(self._lead)
        whole = self._placed(Span(0, len(section.content)))
        request = replace(terms.suggestions_for(section), content=content, within=whole)
        super().__init__(request, protected=map(self._placed, section.protected))

    def turn_to(self, part: Span) -> None:
        """Take what is added from now on for this part of the section, and for no other."""
        super().turn_to(self._placed(part))

    def section_result(self) -> SectionResult:
        """Return what stands on the sheet."""
        return SectionResult(tuple(map(self._of_section, self.suggestions)), self.dropped)

    def _placed(self, part: Span) -> Span:
        return Span(part.start + self._lead, part.end + self._lead)

    def _of_section(self, suggestion: Mapping[str, Any]) -> dict[str, Any]:
        nameless = {name: told for name, told in suggestion.items() if name != "id"}
        return nameless | {end: suggestion[end] - self._lead_units for end in ("start", "end")}


def result_from(
    answer: SectionAnswer, terms: SectionTerms, section: SectionRequest
) -> SectionResult:
    """Return what comes of a known answer: the same as when it first came.

    To place edits again takes a millisecond each: done only where other ones may be shown.
    """
    if answer.protected == section.protection and _shows_as_many(answer, terms.max_suggestions):
        return _recounted(answer.result, section, _KEPT_IN, terms.offset_encoding)
    sheet = SectionSheet(terms, section)
    for _ in place_again(terms.suggestions_for(section), sheet, answer.proposals):
        pass
    return sheet.section_result()


def _shows_as_many(answer: SectionAnswer, limit: int) -> bool:
    """Whether the limit is the one that was, or neither would keep any suggestion back.

    Where several parts share a limit, it also says in which order edits are placed.
    """
    if answer.max_suggestions == limit:
        return True
    is_whole = len({proposal.part for proposal in answer.proposals}) <= 1
    shown = answer.result
    return is_whole and DropReason.LIMIT not in shown.dropped and len(shown.suggestions) <= limit


def as_kept(result: SectionResult, terms: SectionTerms, section: SectionRequest) -> SectionResult:
    """Return the result as it is kept, whoever counts in which unit."""
    return _recounted(result, section, terms.offset_encoding, _KEPT_IN)


def _recounted(
    result: SectionResult, section: SectionRequest, old: OffsetEncoding, new: OffsetEncoding
) -> SectionResult:
    """Return the result with its places in another unit."""
    if old == new or section.content.isascii():
        return result
    known, wanted = OffsetMap(section.content, old), OffsetMap(section.content, new)
    counted = tuple(
        dict(one) | {end: wanted.encode(known.decode(one[end])) for end in ("start", "end")}
        for one in result.suggestions
    )
    return SectionResult(counted, result.dropped)

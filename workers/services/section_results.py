"""What comes of a section: live, or from an answer that was kept."""

from shared.data.redis.section_answers import SectionAnswer
from shared.domain.placements import SuggestionSheet
from shared.domain.proposals import place_again
from shared.domain.section_requests import SectionRequest, SectionTerms
from shared.domain.suggestions import DropReason
from shared.domain.text import OffsetEncoding, OffsetMap
from shared.jobs.batches import SectionResult

_KEPT_IN = OffsetEncoding.CODEPOINT


def sheet_for(terms: SectionTerms, section: SectionRequest) -> SuggestionSheet:
    """Return an empty sheet for the section's suggestions."""
    return SuggestionSheet(terms.suggestions_for(section), protected=section.protected)


def result_of(sheet: SuggestionSheet) -> SectionResult:
    """Return what stands on the sheet."""
    nameless = ({k: v for k, v in one.items() if k != "id"} for one in sheet.suggestions)
    return SectionResult(tuple(nameless), sheet.dropped)


def result_from(
    answer: SectionAnswer, terms: SectionTerms, section: SectionRequest
) -> SectionResult:
    """Return what comes of a known answer: the same as when it first came.

    To place edits again takes a millisecond each: done only where other ones may be shown.
    """
    if answer.protected == section.protection and _shows_as_many(answer, terms.max_suggestions):
        return _recounted(answer.result, section, _KEPT_IN, terms.offset_encoding)
    sheet = sheet_for(terms, section)
    for _ in place_again(terms.suggestions_for(section), sheet, answer.proposals):
        pass
    return result_of(sheet)


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

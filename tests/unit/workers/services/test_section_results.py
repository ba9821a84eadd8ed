from dataclasses import replace

import pytest

from shared.data.redis.section_answers import SectionAnswer
from shared.domain.prompts import Prompt
from shared.domain.proposals import Proposal
from shared.domain.section_prompts import DocumentBrief
from shared.domain.section_requests import SectionRequest, SectionTerms
from shared.domain.suggestions import Edit
from shared.domain.text import OffsetEncoding, Span, TextFormat
from workers.services.section_results import SectionSheet, as_kept, result_from

SECTION = SectionRequest("🙂 one two. 🙂 three four. five six.")
HALVES = (Span(0, 10), Span(10, len(SECTION.content)))
WORDS = ("one", "two", "three", "four", "six", "nowhere")
TERMS = SectionTerms(Prompt("Edit."), TextFormat.TEXT, DocumentBrief("ab12"))


def proposals(*parts):
    """Propose to shout each word, in the part of the text that it stands in."""
    parts = parts or (Span(0, len(SECTION.content)),)
    for word in WORDS:
        inside = [part for part in parts if word in part.of(SECTION.content)]
        yield Proposal(Edit(word, word.upper()), (inside or parts)[0])


def placed(terms, section, *parts):
    """Return what comes of the proposals when they are placed anew."""
    new = SectionAnswer(tuple(proposals(*parts)), "m", 0.1, -1, "", None)
    return result_from(new, terms, section)


def kept(terms, section=SECTION, *parts):
    """Return the answer as one who asked on these terms leaves it behind."""
    came = as_kept(placed(terms, section, *parts), terms, section)
    found = tuple(proposals(*parts))
    return SectionAnswer(found, "m", 0.1, terms.max_suggestions, section.protection, came)


class TestResultFrom:
    @pytest.mark.parametrize("parts", [(), HALVES], ids=["whole", "halves"])
    @pytest.mark.parametrize("limit", [1, 3, 5, 20])
    @pytest.mark.parametrize("unit", OffsetEncoding)
    @pytest.mark.parametrize("then", [2, 5, 20])
    @pytest.mark.parametrize("words", [WORDS, ("one", "two", "six")], ids=len)
    def test_it_is_what_placing_anew_gives(self, monkeypatch, *, words, parts, limit, unit, then):
        monkeypatch.setattr(f"{__name__}.WORDS", words)
        answer = kept(replace(TERMS, max_suggestions=then), SECTION, *parts)
        wanted = replace(TERMS, max_suggestions=limit, offset_encoding=unit)

        assert result_from(answer, wanted, SECTION) == placed(wanted, SECTION, *parts)

    @pytest.mark.parametrize("unit", OffsetEncoding)
    def test_what_stands_beside_moves_nothing(self, unit):
        between = replace(SECTION, beside=("Zero \U0001f642. ", " seven."))
        wanted = replace(TERMS, offset_encoding=unit)
        places = [
            [(one["start"], one["end"], one["original"]) for one in result.suggestions]
            for section in (SECTION, between)
            for result in (placed(wanted, section), result_from(kept(TERMS), wanted, section))
        ]

        assert len(places[0]) == 5
        assert places == places[:1] * 4

    def test_what_is_protected_now_is_left_alone(self):
        guarded = replace(SECTION, protected=(Span(2, 5),))
        found = result_from(kept(TERMS), TERMS, guarded).suggestions

        assert [one["original"] for one in found] == ["two", "three", "four", "six"]

    def test_nothing_is_placed_where_all_is_known(self):
        answer = replace(kept(TERMS), proposals=())

        assert len(result_from(answer, TERMS, SECTION).suggestions) == 5


class TestSectionSheet:
    def test_suggestions_have_no_names_of_their_own(self):
        sheet = SectionSheet(TERMS, SECTION)
        sheet.add(Edit("one", "ONE"))
        sheet.add(Edit("nowhere", "x"))
        result = sheet.section_result()

        assert [set(one) & {"id", "start"} for one in result.suggestions] == [{"start"}]
        assert result.dropped == {"QUOTE_NOT_FOUND": 1}

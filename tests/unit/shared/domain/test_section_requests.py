from dataclasses import replace

import pytest

from shared.domain.prompts import Prompt
from shared.domain.section_prompts import DocumentBrief, Edges
from shared.domain.section_requests import SectionRequest, SectionTerms
from shared.domain.text import OffsetEncoding, Span, TextFormat

TASK = Prompt("Edit.", "academic", "clearer", 3, "drop")
WHOLE = DocumentBrief("ab12", "A title", "1 One", "For children.")
TERMS = SectionTerms(
    TASK, TextFormat.HTML, WHOLE, OffsetEncoding.UTF8, 7, keep_answers=False, owner="s1"
)
SECTION = SectionRequest(
    "A big plan.", Edges("before", "after"), (Span(2, 5), Span(6, 7)), ("ore. ", " aft")
)


def mark(terms=TERMS, section=SECTION, engine="e", owner="s1"):
    return terms.answer_mark(section, engine=engine, owner=owner)


def told(**about):
    return replace(TERMS, document=replace(WHOLE, **about))


class TestStored:
    def test_what_was_stored_comes_back(self):
        assert SectionTerms.from_json(TERMS.to_json()) == TERMS
        for section in (SECTION, SectionRequest("By itself.")):
            assert SectionRequest.from_json(section.to_json()) == section


class TestAnswerMark:
    @pytest.mark.parametrize(
        "other",
        [
            mark(section=replace(SECTION, content="A big plan")),
            mark(section=replace(SECTION, edges=Edges("other", "after"))),
            mark(section=replace(SECTION, edges=Edges("before", "other"))),
            mark(section=replace(SECTION, edges=Edges("beforeafter", ""))),
            mark(told(wish="For adults.")),
            mark(replace(TERMS, prompt=replace(TASK, instruction="Cut."))),
            mark(replace(TERMS, prompt=replace(TASK, version=4))),
            mark(replace(TERMS, prompt=replace(TASK, meaning="off"))),
            mark(replace(TERMS, format=TextFormat.TEXT)),
            mark(engine="other"),
            mark(owner="s2"),
        ],
    )
    def test_what_shapes_the_answer_is_part_of_it(self, other):
        assert other != mark()

    @pytest.mark.parametrize(
        "other",
        [
            told(title="Another", outline="2 Two", nonce="cd34"),
            replace(TERMS, max_suggestions=3, offset_encoding=OffsetEncoding.UTF16),
            replace(TERMS, keep_answers=True, is_fresh=True, owner="whoever"),
        ],
    )
    def test_what_does_not_is_none(self, other):
        assert mark(other) == mark()


class TestWorkMark:
    def test_how_an_answer_is_shown_tells_work_in_flight_apart(self):
        free = replace(SECTION, protected=())
        fewer = replace(TERMS, max_suggestions=3)
        others = replace(TERMS, offset_encoding=OffsetEncoding.UTF16)
        moved = replace(SECTION, beside=("", ""))
        shown = [*((TERMS, one) for one in (SECTION, free, moved)), (fewer, SECTION)]
        shown.append((others, SECTION))
        marks = {terms.work_mark(section, mark(terms, section)) for terms, section in shown}

        assert len(marks) == 5
        assert mark() not in marks
        assert mark(section=free) == mark()


class TestSuggestionsFor:
    def test_the_section_is_a_text_of_its_own(self):
        request = TERMS.suggestions_for(SECTION)

        assert (request.content, request.within) == ("A big plan.", Span(0, 11))
        assert (request.prompt, request.format) == (TASK, TextFormat.HTML)
        assert (request.offset_encoding, request.max_suggestions) == (OffsetEncoding.UTF8, 7)

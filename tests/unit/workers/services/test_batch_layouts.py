"""Whatever a model says of each section, what is shown stands right in the whole document."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.batches import BatchRequest, SentSection
from shared.domain.markup.markdown import markdown_skeleton
from shared.domain.prompts import Prompt
from shared.domain.section_requests import SectionTerms
from shared.domain.suggestions import Edit
from shared.domain.text import GraphemeBoundaries, OffsetEncoding, OffsetMap, Span, TextFormat
from tests.unit.shared.domain.sections.test_splitter_properties import cases
from workers.services.batch_layouts import lay_out
from workers.services.section_results import SectionSheet

TASK = Prompt("Edit.", meaning="off")
NEW = ["", "X", "big ", "\u0301x", "x\u200d", "- x", "{x", "x}}", "x*", "\U0001f1e9", "=", "ab\n"]
SENTENCE = "Nobody had ever thought of it before, and many were in doubt. "


def request(content, format=TextFormat.TEXT, within=None, **more):
    return BatchRequest(content, within or Span(0, len(content)), format, TASK, **more)


def sheets(batch):
    """Yield each section that is asked about, and an empty sheet for it."""
    layout = lay_out(batch, model="gpt-4o-mini")
    terms = SectionTerms(TASK, batch.format, layout.document, batch.offset_encoding)
    for one in layout.sections:
        if one.is_editable:
            yield one, SectionSheet(terms, one.request)


def shown(batch, edits_of):
    """Return all suggestions by their place in the document; a model proposes `edits_of` each."""
    found = []
    for section, sheet in sheets(batch):
        content = section.request.content
        sheet.turn_to(Span(0, len(content)))
        for edit in edits_of(content):
            sheet.add(edit)
        found += sheet.section_result().standing_at(section.spot)
    offsets = OffsetMap(batch.content, batch.offset_encoding)
    return [(Span(*(offsets.decode(one[end]) for end in ("start", "end"))), one) for one in found]


def applied(content, changes):
    for span, one in sorted(changes, key=lambda change: change[0], reverse=True):
        content = content[: span.start] + one["suggested"] + content[span.end :]
    return content


@st.composite
def batches(draw):
    content, format, within = draw(cases())
    if draw(st.booleans()):  # as callers select: anywhere, be it within a character
        start = draw(st.integers(0, len(content) - 1))
        within = Span(start, draw(st.integers(start + 1, len(content))))
    return request(content, format, within, offset_encoding=draw(st.sampled_from(OffsetEncoding)))


def at_the_edges(draw):
    """Return what proposes changes of the first and last words of a text, and of what is there."""

    def edits(content):
        size = draw(st.integers(1, 9))
        for quote in (content[:size], content[-size:]):
            for text in draw(st.lists(st.sampled_from([*NEW, quote.strip()]), max_size=4)):
                yield Edit(quote, text)

    return edits


@settings(deadline=None)
@given(batches(), st.data())
def test_each_suggestion_is_in_its_place_whatever_is_proposed(batch, data):
    content, boundaries = batch.content, GraphemeBoundaries(batch.content)
    found = sorted(shown(batch, at_the_edges(data.draw)), key=lambda one: one[0])

    for span, one in found:
        changed = GraphemeBoundaries(applied(content, [(span, one)]))
        assert span.of(content) == one["original"]
        assert batch.within.contains(span)
        assert boundaries.among([span.start, span.end]) == {span.start, span.end}
        assert {span.start, span.start + len(one["suggested"])} <= changed.among(
            [span.start, span.start + len(one["suggested"])]
        )
    assert all(one.end <= other.start for (one, _), (other, _) in pairwise(found))


@settings(deadline=None)
@given(batches(), st.data())
def test_all_suggestions_together_leave_markdown_as_it_is(batch, data):
    found = shown(batch, at_the_edges(data.draw))
    if batch.format is TextFormat.MARKDOWN:
        new = applied(batch.content, found)

        assert markdown_skeleton(new) == markdown_skeleton(batch.content)


class TestBorders:
    def test_what_parts_two_sections_stays(self):
        content = "\n\n".join([f"The end of {n} is near. {SENTENCE * 60}The end" for n in "abc"])
        for new in ("Ends", "\n\nEnds", "Ends\n\nOnce more", "Ends\n\n "):
            found = shown(request(content), lambda text, new=new: [Edit(text[-20:], new)])
            assert [content[one.end :] for one, _ in found] == [""]

        assert len([*sheets(request(content))]) > 2

    def test_the_words_at_the_border_can_be_changed(self):
        content = "\n\n".join([f"Start {n}. {SENTENCE * 60}Finish" for n in "abc"])
        edits = [Edit("Start", "Begin"), Edit("Finish", "End")]
        new = applied(content, shown(request(content), lambda _: edits))

        assert new == content.replace("Start", "Begin").replace("Finish", "End")

    @pytest.mark.parametrize("format", TextFormat)
    @pytest.mark.parametrize(
        ("head", "tail"), [("http://x.example/", "/y"), ("{{a ", " z}}")], ids=["address", "name"]
    )
    def test_what_a_selection_cuts_apart_is_protected_all_the_same(self, format, head, tail):
        content = f"{head}big{tail}"
        within = Span(len(head), len(head) + 3)

        assert shown(request(content, format, within), lambda _: [Edit("big", "new")]) == []

    def test_nothing_is_added_to_a_tag_that_the_selection_cuts(self):
        content = "<p class='a'>A big plan.</p>"
        within = Span(content.index(">"), content.index("</p>") + 3)
        edits = [Edit(">A", ">An"), Edit(".</p", "!</p"), Edit(">", "x>"), Edit("</p", "</pre")]
        found = shown(request(content, TextFormat.HTML, within), lambda _: edits)

        assert [one["suggested"] for _, one in found] == ["An", "!"]

    @pytest.mark.parametrize("marks", [1, 200])
    @pytest.mark.parametrize("unit", OffsetEncoding)
    def test_no_selection_tears_a_character(self, marks, unit):
        content = f"A cafe{chr(0x301) * marks} plan{chr(0x301) * marks}."
        within = Span(6, content.index("n") + 1)
        edits = [Edit(content[6 : 6 + marks], ""), Edit("plan", "idea")]
        found = shown(request(content, within=within, offset_encoding=unit), lambda _: edits)

        assert found == []

    def test_nothing_melts_into_what_stands_outside_of_the_selection(self):
        batch = request("a big plan", within=Span(2, 5))

        assert shown(batch, lambda _: [Edit("big", "\u0301big")]) == []
        assert len(shown(batch, lambda _: [Edit("big", "huge")])) == 1

    def test_anchors_tell_what_stands_around_in_the_document(self):
        content = f"One. {SENTENCE * 90}"
        half = Span(5 + 40 * len(SENTENCE), 5 + 41 * len(SENTENCE))
        ((_, found),) = shown(request(content, within=half), lambda _: [Edit("Nobody", "None")])

        assert found["anchor"]["prefix"] == "before, and many were in doubt. "

    @pytest.mark.parametrize("before", ["```\n" + "code\n" * 30 + "```\n\n", "one\n\n---\n\n"])
    def test_what_ends_before_it_does_not_begin_in_it(self, before):
        content = f"{before}A big plan.\n\n---\n"
        batch = request(content, TextFormat.MARKDOWN, Span(len(before), len(content)))

        assert len(shown(batch, lambda _: [Edit("big", "huge")])) == 1


class TestWhatIsAskedAbout:
    def test_nobody_is_asked_about_addresses_alone(self):
        paragraphs = [SENTENCE * 80, "http://x.example/a " * 600, SENTENCE * 80]
        asked = [one.request.content for one, _ in sheets(request("\n\n".join(paragraphs)))]

        assert asked
        assert not any(text.startswith("http") for text in asked)

    def test_of_what_was_sent_neither_is_code_nor_white_space(self):
        texts = ["```\ncode\n```\n", "A big plan.", " \n", "<b></b>"]
        sent = tuple(SentSection(f"s{n}", text) for n, text in enumerate(texts))
        batch = request("", TextFormat.MARKDOWN, sections=sent)

        assert [one.spot.custom_id for one, _ in sheets(batch)] == ["s1"]

    def test_what_is_protected_in_what_was_sent_is_left_alone(self):
        sent = (SentSection("a", "A `big` plan, a big idea."),)
        ((_, sheet),) = sheets(request("", TextFormat.MARKDOWN, sections=sent))
        placed = [sheet.add(Edit("big", "huge", before=before)) for before in ("A `", "plan, a ")]

        assert [one.dropped for one in placed] == ["PROTECTED", None]

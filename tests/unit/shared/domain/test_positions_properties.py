import os
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.suggestions import DropReason, Suggestion, as_json
from shared.domain.text import GraphemeBoundaries, OffsetEncoding, OffsetMap, fold, to_span
from tests.unit.shared.domain.placing_cases import answers, suggestions_of, texts
from tests.unit.shared.domain.placing_reference import (
    ReferenceTrim,
    applied,
    boundaries_of,
    decisions,
    expected_place,
    keeps,
    reads_as_proposed,
)

# A deep run takes hours.
pytestmark = pytest.mark.timeout(0)
thoroughly = settings(
    max_examples=int(os.environ.get("COPYDESK_PROPERTY_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

CODECS = {"utf-16": ("utf-16-le", 2), "codepoint": ("utf-32-le", 4), "utf-8": ("utf-8", 1)}


def expected_outcome(content, within, protected, edit, given_out):
    """Return the reason, or the span and its replacement."""
    place = edit.fault or expected_place(content, within, edit)
    if isinstance(place, DropReason):
        return place
    change = ReferenceTrim(content, place, edit, protected).change()
    if change is None:
        return DropReason.NO_CHANGE
    span, suggested = change
    if not keeps(content, protected, {span: suggested}):
        return DropReason.PROTECTED
    if any(span.overlaps(one.span) for one in given_out):
        return DropReason.OVERLAP
    readings = ({**choices, span: suggested} for choices in decisions(given_out))
    if not all(reads_as_proposed(content, reading) for reading in readings):
        return DropReason.MERGES_GRAPHEME
    return change


def is_expected(content, outcome, expected, edit):
    """Whether the outcome is the expected one, up to forms that the writer's words may have."""
    if outcome is DropReason.LIMIT:
        return not isinstance(expected, DropReason)
    like = str if edit.original in content else fold
    if isinstance(outcome, Suggestion) and not isinstance(expected, DropReason):
        span, suggested = expected
        return outcome.span == span and like(suggested) == like(outcome.suggested)
    # What folding found may yet run over a paragraph's end that the model did not see.
    may_be_unseen = like is fold and not is_about_quote(expected)
    return outcome == expected or (may_be_unseen and outcome is DropReason.QUOTE_NOT_FOUND)


def is_about_quote(expected):
    known = "INVALID_TEXT", "AMBIGUOUS", "OUTSIDE_SELECTION", "NO_CHANGE"
    return expected in known


class TestPlacer:
    @thoroughly
    @given(answers(), st.sampled_from(OffsetEncoding))
    def test_it_keeps_every_promise_about_a_suggestion(self, answer, encoding):
        content, within, _, outcomes = answer
        codec, width = CODECS[encoding]
        encoded, offsets = content.encode(codec), OffsetMap(content, encoding)
        suggestions = suggestions_of(outcomes)

        for number, one in enumerate(suggestions, 1):
            shown = as_json(one, offsets)
            start, end = shown["start"], shown["end"]
            assert encoded[start * width : end * width].decode(codec) == shown["original"]
            assert to_span(content, start, end, encoding) == one.span
            assert shown["original"] == shown["anchor"]["exact"] != shown["suggested"]
            assert shown["id"] == f"sg_{number}"
            assert within.contains(one.span)
            assert {one.span.start, one.span.end} <= boundaries_of(content)
        assert not any(a.span.overlaps(b.span) for a, b in combinations(suggestions, 2))

    @thoroughly
    @given(answers())
    def test_it_gives_what_the_rule_gives_and_nothing_else(self, answer):
        content, within, protected, outcomes = answer
        given_out = []
        for edit, outcome in outcomes:
            expected = expected_outcome(content, within, protected, edit, given_out)
            assert is_expected(content, outcome, expected, edit)
            given_out += [outcome] if isinstance(outcome, Suggestion) else []

    @thoroughly
    @given(answers())
    def test_it_makes_of_the_text_what_the_edit_makes_of_it(self, answer):
        content, within, _, outcomes = answer

        for edit, outcome in outcomes:
            if isinstance(outcome, Suggestion):
                place = expected_place(content, within, edit)
                like = str if place.of(content) == edit.original else fold
                trimmed = applied(content, {outcome.span: outcome.suggested})
                assert like(trimmed) == like(applied(content, {place: edit.suggested}))

    @thoroughly
    @given(answers())
    def test_it_reads_as_proposed_whatever_the_writer_accepts(self, answer):
        content, _, protected, outcomes = answer

        for choices in decisions(suggestions_of(outcomes)):
            assert reads_as_proposed(content, choices)
            assert keeps(content, protected, choices)


class TestGraphemeBoundaries:
    @thoroughly
    @given(texts)
    def test_they_are_those_of_unicode(self, text):
        boundaries = GraphemeBoundaries(text)

        assert {at for at in range(-1, len(text) + 2) if at in boundaries} == boundaries_of(text)

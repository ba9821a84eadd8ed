import os
from itertools import combinations, product

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.positions import Placer
from shared.domain.suggestions import DropReason, Edit, Suggestion, as_json
from shared.domain.text import GraphemeBoundaries, OffsetEncoding, OffsetMap, Span, fold, to_span

# A deep run takes hours.
pytestmark = pytest.mark.timeout(0)
thoroughly = settings(
    max_examples=int(os.environ.get("COPYDESK_PROPERTY_EXAMPLES", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

CODECS = {"utf-16": ("utf-16-le", 2), "codepoint": ("utf-32-le", 4), "utf-8": ("utf-8", 1)}
PHRASES = ["a", "b", "big", "the big plan", "It's", "It\u2019s", '"so"', "\u201cso", "1-2"]
SPACES = [*" \n\r\t\u00a0\u2003", "  ", "\r\n"]
CLUSTERS = [
    *("\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f44d\U0001f3fd", "\u6f22"),
    *("\u2764\ufe0f", "1\ufe0f\u20e3", "\U0001f1eb\U0001f1f7", "\U0001f1e9\U0001f1ea", "e\u0301"),
    *("\u00e9", "\u05e9\u05c1", "\u0645\u064b\u0627", "\u0915\u094d\u0937\u093f", "\u0e01\u0e33"),
    *("\u1112\u1161\u11ab", "\ud55c", "\u202e", "\u200b", "\u2013"),
]
# These join what stands beside them, or are halves of something.
JOINERS = [*"\u0301\u200d\U0001f3fd\u094d\u0937\u1161\u11a8\u0600\U0001f469\U0001f1eb\U0001f1f7"]

atoms = st.sampled_from(PHRASES + SPACES + CLUSTERS + JOINERS)
texts = st.lists(atoms, min_size=6, max_size=24).map("".join)
pieces = st.lists(atoms, max_size=2).map("".join)
broken = st.sampled_from(["\ud83d", "\udc00x", "\0", ""])
misquoting = [fold, str.strip, " {}".format, lambda text: text.replace("'", "\u2019")]
mutations = st.sampled_from([str] * 9 + [*misquoting, lambda text: text.replace(" ", "\n ")])


def mostly(usual, *others):
    return st.sampled_from([usual] * 9 + [*others]).flatmap(lambda chosen: chosen)


@st.composite
def spans(draw, text, longest=100):
    """Mostly whole graphemes, as whoever selects or quotes does."""
    ends = draw(st.sampled_from([sorted(boundaries_of(text))] * 9 + [range(len(text) + 1)]))
    first = draw(st.integers(0, len(ends) - 2))
    last = draw(st.integers(first + 1, min(first + longest, len(ends) - 1)))
    return Span(ends[first], ends[last])


@st.composite
def edits(draw, content):
    """What a model may answer: a quote that is right, nearly right or made up, in any context."""
    span = draw(spans(content, longest=3))
    reach = draw(st.integers(0, 8))
    before = st.sampled_from([content[max(span.start - reach, 0) : span.start], "", "big"])
    after = st.sampled_from([content[span.end : span.end + reach], "", " a"])
    quote = st.just(span.of(content))
    return Edit(
        original=draw(mutations)(draw(mostly(quote, broken))),
        suggested=draw(mostly(pieces, quote, st.just(""), broken)),
        before=draw(mutations)(draw(before)),
        after=draw(mutations)(draw(after)),
        alternatives=tuple(draw(st.lists(pieces, max_size=2))),
    )


@st.composite
def answers(draw):
    content = draw(texts)
    within = draw(mostly(st.just(Span(0, len(content))), *[spans(content)] * 4))
    placer = Placer(content, within, limit=draw(st.integers(0, 5)))
    proposed = draw(st.lists(edits(content), max_size=6))
    return content, within, [(edit, placer.place(edit)) for edit in proposed]


def suggestions_of(outcomes):
    return [outcome for _, outcome in outcomes if isinstance(outcome, Suggestion)]


def boundaries_of(text):
    return {0, *(grapheme.end() for grapheme in regex.finditer(r"\X", text))}


def loosely(text):
    """Return a pattern for the text, written independently of how the placer folds."""
    like = {"'": "['\u2018\u2019]", '"': '["\u201c\u201d]', "-": "[-\u2013\u2014]", " ": r"\s+"}
    return "".join(like.get(char) or regex.escape(char) for char in fold(text))


def expected_place(content, within, edit):
    """Return what the rule says about the quote, found by patterns and counting everything."""
    edge = r"(?!(?<=\s)\s)"
    head = rf"(?<={loosely(edit.before.rstrip())}\s*)" if edit.before.strip() else ""
    tail = rf"(?=\s*{loosely(edit.after.lstrip())})" if edit.after.strip() else ""
    for quote in (regex.escape(edit.original), edge + loosely(edit.original) + edge):
        found = places_of(quote, content)
        inside = [span for span in found if within.contains(span)]
        if len(inside) > 1:
            framed = [span for span in places_of(head + quote + tail, content) if span in inside]
            return framed[0] if len(framed) == 1 else DropReason.AMBIGUOUS
        if inside or found:
            return inside[0] if inside else DropReason.OUTSIDE_SELECTION
    return DropReason.QUOTE_NOT_FOUND


def places_of(pattern, content):
    matches = regex.finditer(pattern, content, overlapped=True)
    return [Span(*m.span()) for m in matches if set(m.span()) <= boundaries_of(content)]


def reads_as_proposed(content, choices):
    """Whether all that was put in begins and ends with a boundary."""
    text, seams, at = "", set(), 0
    for span, replacement in sorted(choices.items()):
        text += content[at : span.start]
        seams |= {len(text), len(text) + len(replacement)}
        text, at = text + replacement, span.end
    return seams <= boundaries_of(text + content[at:])


def decisions(suggestions):
    """Yield every way in which the writer may decide."""
    ways = [(None, one.suggested, *one.alternatives) for one in suggestions]
    for texts_chosen in product(*ways):
        chosen = zip(suggestions, texts_chosen, strict=True)
        yield {one.span: text for one, text in chosen if text is not None}


def expected_outcome(content, within, edit, given_out):
    place = edit.fault or expected_place(content, within, edit)
    if isinstance(place, DropReason):
        return place
    if place.of(content) == edit.suggested:
        return DropReason.NO_CHANGE
    if any(place.overlaps(one.span) for one in given_out):
        return DropReason.OVERLAP
    readings = ({**choices, place: edit.suggested} for choices in decisions(given_out))
    if not all(reads_as_proposed(content, reading) for reading in readings):
        return DropReason.MERGES_GRAPHEME
    return place


class TestPlacer:
    @thoroughly
    @given(answers(), st.sampled_from(OffsetEncoding))
    def test_it_keeps_every_promise_about_a_suggestion(self, answer, encoding):
        content, within, outcomes = answer
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
    def test_it_finds_what_the_rule_finds_and_nothing_else(self, answer):
        content, within, outcomes = answer
        given_out = []
        for edit, outcome in outcomes:
            expected = expected_outcome(content, within, edit, given_out)
            if isinstance(outcome, Suggestion):
                given_out.append(outcome)
                assert outcome.span == expected
            elif outcome is DropReason.LIMIT:
                assert isinstance(expected, Span)
            else:
                assert outcome == expected

    @thoroughly
    @given(answers())
    def test_it_reads_as_proposed_whatever_the_writer_accepts(self, answer):
        content, _, outcomes = answer

        for choices in decisions(suggestions_of(outcomes)):
            assert reads_as_proposed(content, choices)


class TestGraphemeBoundaries:
    @thoroughly
    @given(texts)
    def test_they_are_those_of_unicode(self, text):
        boundaries = GraphemeBoundaries(text)

        assert {at for at in range(-1, len(text) + 2) if at in boundaries} == boundaries_of(text)

"""Texts and model answers as Hypothesis draws them, for the properties of placing."""

import re

from hypothesis import strategies as st

from shared.domain.guards import Guards
from shared.domain.positions import Placer
from shared.domain.suggestions import Edit, Suggestion
from shared.domain.text import Span, fold
from tests.unit.shared.domain.placing_reference import boundaries_of

PHRASES = ["a", "b", "big", "the big plan", "It's", "It\u2019s", '"so"', "\u201cso", "1-2"]
SPACES = [*" \n\r\t\u00a0\u2003", "  ", "\r\n", "\n\n"]
CLUSTERS = [
    *("\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f44d\U0001f3fd", "\u6f22"),
    *("\u2764\ufe0f", "1\ufe0f\u20e3", "\U0001f1eb\U0001f1f7", "\U0001f1e9\U0001f1ea", "e\u0301"),
    *("\u00e9", "\u05e9\u05c1", "\u0645\u064b\u0627", "\u0915\u094d\u0937\u093f", "\u0e01\u0e33"),
    *("\u1112\u1161\u11ab", "\ud55c", "\u202e", "\u200b", "\u2013"),
]
# These join what stands beside them, or are halves of something.
JOINERS = [*"\u0301\u200d\U0001f3fd\u094d\u0937\u1161\u11a8\u0600\U0001f469\U0001f1eb\U0001f1f7"]
PROTECTED = ["{{n}}", "<b>", "</b>", "`c d`", "**"]
_PROTECTED = re.compile("|".join(map(re.escape, PROTECTED)))

atoms = st.sampled_from(PHRASES + SPACES + CLUSTERS + JOINERS + PROTECTED)
texts = st.lists(atoms, min_size=6, max_size=24).map("".join)
pieces = st.lists(atoms, max_size=2).map("".join)
broken = st.sampled_from(["\ud83d", "\udc00x", "\0", ""])
misquoting = [fold, str.strip, " {}".format, lambda text: text.replace("'", "\u2019")]
mutations = st.sampled_from([str] * 9 + [*misquoting, lambda text: text.replace(" ", "\n ")])


def mostly(usual, *others):
    return st.sampled_from([usual] * 9 + [*others]).flatmap(lambda chosen: chosen)


def protected_in(content, chosen):
    """Return the places of what looks protected, but for those that are not chosen."""
    found = [Span(*one.span()) for one in _PROTECTED.finditer(content)]
    return tuple(one for one, is_chosen in zip(found, chosen, strict=False) if is_chosen)


@st.composite
def spans(draw, text, longest=100):
    """Mostly whole graphemes, as whoever selects or quotes does."""
    ends = draw(st.sampled_from([sorted(boundaries_of(text))] * 9 + [range(len(text) + 1)]))
    first = draw(st.integers(0, len(ends) - 2))
    last = draw(st.integers(first + 1, min(first + longest, len(ends) - 1)))
    return Span(ends[first], ends[last])


@st.composite
def rewritten(draw, quote):
    """Return the quote with some stretch of it exchanged, as an edit is."""
    start = draw(st.integers(0, len(quote)))
    end = draw(st.integers(start, len(quote)))
    return quote[:start] + draw(pieces) + quote[end:]


@st.composite
def edits(draw, content):
    """What a model may answer: a quote that is right, nearly right or made up, in any context."""
    span = draw(spans(content, longest=draw(st.sampled_from([3, 12]))))
    reach = draw(st.integers(0, 8))
    before = st.sampled_from([content[max(span.start - reach, 0) : span.start], "", "big"])
    after = st.sampled_from([content[span.end : span.end + reach], "", " a"])
    quote = draw(mutations)(draw(mostly(st.just(span.of(content)), broken)))
    new = st.one_of(pieces, rewritten(quote))
    return Edit(
        original=quote,
        suggested=draw(mostly(new, st.just(quote), st.just(""), broken)),
        before=draw(mutations)(draw(before)),
        after=draw(mutations)(draw(after)),
        alternatives=tuple(draw(st.lists(new, max_size=2))),
    )


@st.composite
def answers(draw):
    """Return a text, the selection, what is protected, and what became of each edit."""
    content = draw(texts)
    within = draw(mostly(st.just(Span(0, len(content))), *[spans(content)] * 4))
    protected = protected_in(content, draw(st.lists(st.booleans(), max_size=9)))
    placer = Placer(content, within, draw(st.integers(0, 5)), Guards(protected))
    proposed = draw(st.lists(edits(content), max_size=6))
    return content, within, protected, [(edit, placer.place(edit)) for edit in proposed]


def suggestions_of(outcomes):
    return [outcome for _, outcome in outcomes if isinstance(outcome, Suggestion)]

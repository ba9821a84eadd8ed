import os
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.markup.markdown import markdown_skeleton
from shared.domain.protection import protected_spans
from shared.domain.text import Span, TextFormat
from tests.unit.shared.domain.documents import html_documents, markdown_documents

# A deep run takes hours.
pytestmark = pytest.mark.timeout(0)
thoroughly = settings(
    max_examples=int(os.environ.get("COPYDESK_PROPERTY_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

MARKS = [
    "*",
    "`",
    "[",
    "]",
    "<",
    ">x",
    "\n",
    "{{",
    "}}",
    "](",
    "![",
    "&a;",
    "a ",
    "$",
    "---\n",
    "|",
]
soups = st.lists(st.sampled_from([*MARKS, "\r\n", "\ud83d", "> ", "- ", "<b", "<!--"]), max_size=40)


def frozen_offsets(text, form):
    return {at for span in protected_spans(text, form) for at in range(span.start, span.end)}


def missed(document, form):
    """Return what is free and should not be, and what is frozen and should not be."""
    prose = {at for start, end in document.words for at in range(start, end)}
    frozen = frozen_offsets(document.text, form)
    others = {at for at, char in enumerate(document.text) if not char.isspace()} - prose
    return others - frozen, prose & frozen


def tags(html):
    """Return the tags that the standard library finds."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append((tag, attrs))
    parser.handle_endtag = found.append
    parser.feed(html)
    return found


class TestProtectedSpans:
    @thoroughly
    @given(markdown_documents())
    def test_it_frees_the_words_of_markdown_and_nothing_else(self, document):
        assert missed(document, TextFormat.MARKDOWN) == (set(), set())

    @thoroughly
    @given(html_documents())
    def test_it_frees_the_words_of_html_and_nothing_else(self, document):
        assert missed(document, TextFormat.HTML) == (set(), set())

    @thoroughly
    @given(markdown_documents(), st.data())
    def test_it_frees_what_can_be_another_word_in_the_same_markdown(self, document, data):
        number = data.draw(st.integers(0, len(document.words) - 1)) if document.words else None

        if number is not None:
            changed = document.replaced(number, "zebra")
            assert markdown_skeleton(changed) == markdown_skeleton(document.text)

    @thoroughly
    @given(html_documents(), st.data())
    def test_it_frees_what_can_be_another_word_in_the_same_html(self, document, data):
        number = data.draw(st.integers(0, len(document.words) - 1))

        assert tags(document.replaced(number, "zebra")) == tags(document.text)

    @thoroughly
    @given(soups.map("".join), st.sampled_from(TextFormat))
    def test_it_gives_sorted_stretches_apart_from_each_other(self, text, form):
        spans = protected_spans(text, form)
        ends = [0, *(end for span in spans for end in (span.start, span.end)), len(text)]

        assert all(isinstance(span, Span) and span.start < span.end for span in spans)
        assert ends == sorted(ends)
        assert all(one.end < other.start for one, other in pairwise(spans))

    @thoroughly
    @given(soups.map("".join), st.integers(0, 200))
    def test_it_frees_only_what_may_be_a_word_in_any_markdown(self, text, at):
        at = min(at, len(text))
        text = f"{text[:at]}word{text[at:]}"
        frozen = frozen_offsets(text, TextFormat.MARKDOWN)

        if not frozen & set(range(at, at + 4)):
            changed = text[:at] + "zebra" + text[at + 4 :]
            assert markdown_skeleton(changed) == markdown_skeleton(text)

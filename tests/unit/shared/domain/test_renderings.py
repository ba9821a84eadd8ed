import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.renderings import (
    Change,
    ChangeFormat,
    ChangesError,
    apply_changes,
    render_changes,
    sign_changes,
)
from shared.domain.text import Span

HOSTILE = [
    *("<script>alert(1)</script>", "</pre>", "</ins><del>", '" onload="', "&amp;", "&", "\r", "\n"),
    *("{++", "++}", "{--", "--}", "{~~", "~~}", "~>", "{==", "==}", "{>>", "<<}", "\\", "{", "}"),
    *("+", "-", "~", ">", "\r\n", "word", " ", "\U0001f600", "\u2028", "\x0b", "\x85"),
]
texts = st.lists(st.sampled_from(HOSTILE), max_size=12).map("".join)
_CRITIC = re.compile(
    r"\{\+\+(?P<ins>.*?)\+\+\}|\{--(?P<del>.*?)--\}|\{~~(?P<old>.*?)~>(?P<new>.*?)~~\}", re.DOTALL
)
_ESCAPED = (
    r"(\{\\*)\\(?=\+\+|--|~~|==|>>)",
    r"((?:\+\+|--|~~|==|<<)\\*)\\(?=\})",
    r"(~\\*)\\(?=>)",
)


@st.composite
def changed_texts(draw, pieces=texts):
    """A text made of pieces, every second of which is replaced."""
    parts = draw(st.lists(st.tuples(pieces, pieces, pieces), max_size=4))
    content, changes = "", []
    for number, (kept, old, new) in enumerate(parts):
        start = len(content) + len(kept)
        content += kept + old
        changes.append(Change(f'"<{number}', Span(start, len(content)), new))
    return content + draw(pieces), changes


class Page(HTMLParser):
    """What a browser makes of the rendering: the old text, the new one, and the elements."""

    def __init__(self, markup):
        super().__init__()
        self.old = self.new = ""
        self.elements, self.ids, self._open = [], [], []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self._open.append(tag)
        self.elements.append(tag)
        self.ids += [value for name, value in attrs if name == "data-suggestion-id"]

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.old += data if "ins" not in self._open else ""
        self.new += data if "del" not in self._open else ""


def unescaped(text):
    for sign in _ESCAPED:
        text = re.sub(sign, r"\1", text)
    return text


def read_critic_markup(marked):
    """Return the text with all changes rejected, and with all accepted."""
    old = new = ""
    at = 0
    for change in _CRITIC.finditer(marked):
        kept = unescaped(marked[at : change.start()])
        old += kept + unescaped(change["del"] or change["old"] or "")
        new += kept + unescaped(change["ins"] or change["new"] or "")
        at = change.end()
    return old + unescaped(marked[at:]), new + unescaped(marked[at:])


class TestHtml:
    @settings(deadline=None, max_examples=300)
    @given(changed_texts())
    def test_it_shows_both_texts_and_nothing_but_its_own_elements(self, given_text):
        content, changes = given_text
        page = Page(render_changes(content, changes, ChangeFormat.HTML))

        assert (page.old, page.new) == ("\n" + content, "\n" + apply_changes(content, changes))
        assert set(page.elements) <= {"pre", "ins", "del"}
        assert page.elements.count("pre") == 1
        assert set(page.ids) <= {change.id for change in changes}

    def test_it_names_the_suggestion_at_both_of_its_parts(self):
        change = Change("sg_1", Span(4, 7), "huge")

        assert render_changes("The big plan", [change], ChangeFormat.HTML) == (
            '<pre class="tracked-changes">\nThe <del data-suggestion-id="sg_1">big</del>'
            '<ins data-suggestion-id="sg_1">huge</ins> plan</pre>'
        )


class TestCriticMarkup:
    @settings(deadline=None, max_examples=400)
    @given(changed_texts())
    def test_it_reads_back_as_both_texts(self, given_text):
        content, changes = given_text
        marked = render_changes(content, changes, ChangeFormat.MARKDOWN)

        assert read_critic_markup(marked) == (content, apply_changes(content, changes))

    def test_it_writes_each_kind_of_change(self):
        changes = [
            Change("a", Span(0, 1), "x"),
            Change("b", Span(2, 3), ""),
            Change("c", Span(4, 4), "y"),
        ]

        assert render_changes("1 2 3", changes, ChangeFormat.MARKDOWN) == (
            "{~~1~>x~~} {--2--} {++y++}3"
        )

    def test_it_does_not_let_an_empty_change_hide_a_sign(self):
        nothing = Change("a", Span(1, 1), "")

        assert render_changes("{~~", [nothing], ChangeFormat.MARKDOWN) == "{\\~~"

    def test_it_breaks_signs_that_the_text_holds_itself(self):
        marked = render_changes("{++a++} ~> {\\--", [], ChangeFormat.MARKDOWN)

        assert marked == "{\\++a++\\} ~\\> {\\\\--"


class TestRenderChanges:
    @pytest.mark.parametrize("form", ChangeFormat)
    @pytest.mark.parametrize("spans", [[(0, 3), (2, 4)], [(3, 6)], [(2, 1)], [(-1, 1)]])
    def test_it_refuses_changes_that_cannot_stand_together(self, spans, form):
        changes = [Change("sg", Span(*span), "x") for span in spans]

        with pytest.raises(ChangesError) as refusal:
            render_changes("hello", changes, form)
        assert "hello" not in str(refusal.value)

    @pytest.mark.parametrize("form", ChangeFormat)
    def test_it_does_not_mind_the_order_in_which_they_come(self, form):
        changes = [Change("b", Span(4, 5), "2"), Change("a", Span(0, 1), "1")]

        assert render_changes("a b c", changes, form) == render_changes(
            "a b c", changes[::-1], form
        )


class TestSignChanges:
    def test_no_sign_stands_in_the_text_in_any_spelling(self):
        content = "\U000f0000 &#xF0001; &#983042; big plan"
        text = sign_changes(content, [Change("sg_1", Span(22, 25), "\U000f0003")])

        assert text.signs == "\U000f0004\U000f0005\U000f0006"
        assert text.signed == content.replace("big", "\U000f0004big\U000f0005\U000f0003\U000f0006")

    def test_a_text_that_holds_all_signs_has_none(self):
        every = "".join(map(chr, range(0xF0000, 0xFFFFE)))
        text = sign_changes(f"big {every}", [Change("sg_1", Span(0, 3), "large")])

        assert (text.signed, text.signs) == ("", "")
        assert text.new == f"large {every}"

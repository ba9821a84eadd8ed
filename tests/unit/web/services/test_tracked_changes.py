"""A DOCX with tracked changes, read back by a reader of our own and by python-docx."""

import io
import re
from collections import Counter

import docx
import pytest
from docx.oxml.ns import qn

from shared.domain.files.formats import FileFormat
from shared.domain.renderings import SignedText, sign_changes
from tests.changed_texts import changed, changed_at_random
from tests.libreoffice import as_open_document, with_all
from tests.tracked_docx import TrackedDocx
from tests.unit.web.services.test_conversions import RICH
from web.services.cage import Cage
from web.services.conversions import Converter, Redline

TEXT, MARKDOWN, HTML, DOCX = FileFormat
DATE = "2026-11-22T19:48:00Z"
MORE = """
Second line\x20\x20
after a break, &amp; more &lt;b&gt; <b>raw</b> <q>said</q> x<sup>2</sup>.

> - quoted *item*

---

    indented code

<dl><dt>term one</dt><dd>said of it</dd></dl>
"""
PAGE = """<h1>A <em>big</em> plan</h1>
<p dir="rtl">Some <b>bold words</b> and <a href="https://a.example" title="t t">a link</a>.<br>Next

<ul><li>one thing<li>two <p>paragraphs</ul>

<table><tr><th>a<th>b<tr><td>c d<td>e<ul><li>x y</ul></table>

<pre><code>a  b

c</code></pre><hr><p>The last &amp; <i>lost <b>one</b></i></p>"""
PLAIN = "A big plan & <b>.\nline two  of it\n\n*no* emphasis\n\n  \n\n- no item\n1. no number\n"
STRUCTURED = """# A [[big=>large]] plan

A *word [[or=>and]] two*, a [link [[to=>for]] it](https://example.org).[^1] Then

[[This goes.

=>]]- one
[[- two
=>]]- three[[=>
- four]]

| a | b |
|---|---|
| c [[d=>e]] | f |
[[| g | h |
=>]]| i | j |

One.[[

Two.=> Two.]]

Three. [[Four.=>

Four.]]

[^1]: A note.

The [[end=>last]].
"""
BOX = re.compile("^[☐☒] ")  # a sign of the list, or a letter of a deleted item


@pytest.fixture(scope="module")
def converter():
    return Converter(Cage())


def tracked(converter, content, changes, source=MARKDOWN):
    text = sign_changes(content, changes)
    return TrackedDocx(converter.track(Redline(text, "Copydesk", DATE), source))


def plain(converter, text, source):
    said = TrackedDocx(converter.convert(text.encode, source, DOCX)).accepted
    return [BOX.sub("", paragraph) for paragraph in said]


def check_both_sides(converter, content, changes, source):
    text = sign_changes(content, changes)
    both = tracked(converter, content, changes, source)

    assert [BOX.sub("", one) for one in both.rejected] == plain(converter, text.old, source)
    assert [BOX.sub("", one) for one in both.accepted] == plain(converter, text.new, source)


class TestWhereChangesStand:
    @pytest.mark.parametrize(
        "text",
        [
            "The [[big=>large]] plan, the [[very very=>very]] big [[plan=>idea]].",
            "The [[big *plan=>large *idea]]* of **all [[and** more=>or** less]]",
            "A [link to [[it=>that]]](https://example.org), [[x=>y]] ~~z [[b=>c]]~~",
            "# A [[big=>large]] plan\n\n- one [[thing=>matter]]\n- [[two=>2]]\n\n1. [[a=>b]]",
            "| a | b |\n|---|---|\n| c [[d=>e]] | [[f=>g]] &amp; |\n\n> quoted [[words=>text]]",
            "[[B=>b]]ig & [[A&B=>A & B]] &lt; [[x=>z]]\\\nbroken [[line=>row]]\nsoft [[end=>stop]]",
            "A [[=>new ]]word[[ gone=>]], [[one=>two]][[ two=> three]], `co[[d=>r]]e`",
            "    a  [[b=>c]]\n\n    d[[e=>f]]\n\nשלם [[מרחב=>גדר]]",
        ],
    )
    def test_each_is_one_deletion_and_one_insertion(self, converter, text):
        content, changes = changed(text)
        both = tracked(converter, content, changes)
        expected = {
            "del": [one.span.of(content) for one in changes],
            "ins": [one.suggested for one in changes],
        }

        for tag, words in expected.items():
            bare = [word.replace("*", "") for word in words if word]
            assert Counter(both.texts(tag)) == Counter(bare)

    def test_what_was_not_changed_is_an_ordinary_file(self, converter):
        assert tracked(converter, RICH, []).changes == []

    def test_signs_of_ours_in_the_text_are_the_writers(self, converter):
        text = "\U000f0000 [[big=>\U000f0001]] &#xF0002; plan"
        both = tracked(converter, *changed(text))

        assert both.accepted == ["\U000f0000 \U000f0001 \U000f0002 plan"]
        assert both.texts("del") == ["big"]

    def test_without_signs_words_are_compared(self, converter):
        text = SignedText("A big plan", "A large plan", signed="", signs="")
        both = TrackedDocx(converter.track(Redline(text, "Copydesk", DATE), MARKDOWN))

        assert (both.texts("del"), both.texts("ins")) == (["big"], ["large"])


class TestAcceptAndReject:
    @pytest.mark.parametrize(
        ("text", "source"),
        [
            ("One.[[\n\n=> ]]Two.\n\nThree.", MARKDOWN),
            ("One.[[ => \n\n]]Two.\n\n- a\n- [[b=>b\n- c]]", MARKDOWN),
            ("- a\n[[- b\n=>]]- c\n\n[[# Title\n\n=>]]Text[[\n\n---\n=>]]\n", MARKDOWN),
            ("A word.[^1]\n\n[^1]: A [[note=>remark]].", MARKDOWN),
            ("[[| a | b |\n|---|---|\n| c | d |\n\n=>]]After it.", MARKDOWN),
            ('<p title="[[a=>b]]">A [[<b>bold</b>=>plain]] word<img alt="[[c=>d]]"></p>', HTML),
            ("One[[\n=>\n\n]]two\n\n\n[[three=>\n]]", TEXT),
        ],
    )
    def test_what_changes_the_structure_is_still_right(self, converter, text, source):
        check_both_sides(converter, *changed(text), source)

    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize(
        ("text", "source"), [(RICH + MORE, MARKDOWN), (PAGE, HTML), (PLAIN, TEXT)]
    )
    def test_changes_anywhere(self, converter, text, source, seed):
        check_both_sides(converter, *changed_at_random(text, seed), source)

    @pytest.mark.deep
    @pytest.mark.parametrize("seed", range(100, 130))
    @pytest.mark.parametrize(
        ("text", "source"), [(RICH + MORE, MARKDOWN), (PAGE, HTML), (PLAIN, TEXT)]
    )
    def test_many_changes_anywhere(self, converter, text, source, seed):
        check_both_sides(converter, *changed_at_random(text, seed), source)

    @pytest.mark.deep
    def test_signs_that_make_a_knot_of_a_text_do_no_harm(self, converter):
        content, changes = changed("A [[b\n\n[^1]: note=>c [^1] ]]")

        check_both_sides(converter, content, changes, MARKDOWN)


class TestForOtherPrograms:
    @pytest.fixture
    def file(self, converter):
        text = sign_changes(*changed("# A [[big=>large]] plan\n\nOne.[[\n\nTwo=> Three]] words."))
        return converter.track(Redline(text, "Copydesk", DATE), MARKDOWN)

    def test_python_docx_reads_it(self, file):
        body = docx.Document(io.BytesIO(file)).element.body
        changes = [*body.iter(qn("w:ins"), qn("w:del"))]

        assert {one.get(qn("w:author")) for one in changes} == {"Copydesk"}
        assert {one.get(qn("w:date")) for one in changes} == {DATE}
        assert len({one.get(qn("w:id")) for one in changes}) == len(changes) > 4

    def test_no_number_stands_for_two_things(self, converter):
        text = sign_changes(
            *changed(f"# {'[[a=>b]] c ' * 20}\n\nA note.[^1]\n\n[^1]: [[Old=>New]].")
        )
        file = converter.track(Redline(text, "Copydesk", DATE), MARKDOWN)
        named = map(qn, ("w:ins", "w:del", "w:bookmarkStart", "w:footnoteReference"))
        found = [*docx.Document(io.BytesIO(file)).element.body.iter(*named)]

        assert len({one.tag for one in found}) == 4
        assert len({one.get(qn("w:id")) for one in found}) == len(found) > 40

    def test_a_paragraph_that_goes_is_marked_itself(self, file):
        title, *others = docx.Document(io.BytesIO(file)).paragraphs
        marks = [one._p.xpath("./w:pPr/w:rPr/w:del") for one in others]

        assert title.style.name == "Heading 1"
        assert [len(one) for one in marks] == [0, 1]

    def test_libreoffice_reads_it(self, file, tmp_path):
        text = as_open_document(file, tmp_path)

        assert text.authors == {"Copydesk"}
        assert text.deleted == ["big", "Two words."]
        assert text.insertions == 2
        assert text.paragraphs == ["A large plan", "One. Three words."]

    @pytest.mark.deep
    @pytest.mark.parametrize("decision", ["Accept", "Reject"])
    def test_libreoffice_accepts_and_rejects_all(self, converter, decision, tmp_path):
        text = sign_changes(*changed(STRUCTURED))
        file = converter.track(Redline(text, "Copydesk", DATE), MARKDOWN)
        side = text.new if decision == "Accept" else text.old
        expected = as_open_document(converter.convert(side.encode, MARKDOWN, DOCX), tmp_path)
        decided = with_all(decision, file, tmp_path)

        assert (decided.paragraphs, decided.deleted) == (expected.paragraphs, [])

    def test_right_to_left_is_set_so(self, converter):
        file = converter.convert('# שלום\n\n- "مرحبا"\n\nA שלום'.encode, MARKDOWN, DOCX)
        found = docx.Document(io.BytesIO(file)).paragraphs

        assert [one._p.pPr.find(qn("w:bidi")) is not None for one in found] == [True, True, False]

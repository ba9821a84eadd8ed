"""Where the suggestions of a batch stand, whatever the document is like and a model says of it."""

import re
from itertools import pairwise

import pytest

from shared.domain.markup.html import html_markup
from shared.domain.markup.markdown import markdown_skeleton
from shared.domain.text import GraphemeBoundaries
from tests.batch_client import events_of, finish_batch, sections_of, told
from tests.model_server_scripts import edit, propose
from tests.stack_client import TEMPLATE, UNITS, slices, some_text

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
WORDS = f"The big cafe\u0301 {FAMILY} of \u05e9\u05dc\u05d5\u05dd is big"
LONG = f"{WORDS}, as all had said. " * 40
_EDGE = re.compile(r"BEGIN (?:BEFORE|AFTER) [0-9a-f]+\n(.*?)\nEND ", re.DOTALL)

MARKDOWN = {
    "front matter": f"\ufeff---\ntitle: The big plan\n---\n\n# One\n\n{LONG}\n\n## Two\n\n{LONG}\n",
    "links by name": f"# One\n\n{LONG} [the big plan][ref]\n\n# Two\n\n{LONG}\n\n[ref]: http://a.example/big\n",
    "lists": f"# One\n\n- {LONG}\n  1. {LONG}\n     - {WORDS}\n\n# Two\n\n* {LONG}\n\n  {LONG}\n",
    "tables": "# One\n\n| a | b |\n|---|---|\n"
    + f"| {WORDS} | `big` |\n" * 90
    + f"\n# Two\n\n{LONG}",
    "footnotes": f"# One\n\n{LONG}[^1]\n\n# Two\n\n{LONG}\n\n[^1]: {LONG}\n",
    "html": f"# One\n\n<div>\n{WORDS}\n</div>\n\n{LONG}\n\n# Two\n\n<!-- {WORDS}\n\n-->\n{LONG}\n",
    "an open fence": f"# One\n\n{LONG}\n\n# Two\n\n{LONG}\n\n```\n# Three\n\n{LONG}\n",
    "CRLF": f"# One\r\n\r\n{LONG}\r\n\r\n# Two\r\n\r\n{LONG}\r\n{WORDS}\r\n",
    "CR": f"# One\r\r{LONG}\r\r# Two\r\r{LONG}\r{WORDS}\r",
    "one line": LONG * 20,
    "no spaces": "# One\n\n" + WORDS.replace(" ", "") * 400,
}
HTML = {
    "comments": f"<h1>One</h1><p>{LONG}</p><!-- {WORDS} --><h2>Two</h2><p>{LONG}<!-- {WORDS}",
    "scripts": f"<h1>One</h1><script>var big = '{WORDS}';</script><p>{LONG}</p>"
    f"<style>.big {{}}</style><h2>Two</h2><pre>{WORDS}</pre>{LONG}",
    "entities": f"<p>{LONG}&amp; the big &nbsp;&lt;plan&gt; &am{WORDS}</p><h1>Two</h1>{LONG}",
    "open tags": f"<div><h1>One<p>{LONG}<ul><li>{LONG}<li><b>{LONG}<h1>Two</b><p>{LONG}",
}
TEXT = {
    "paragraphs": f"{LONG}\n\n{LONG}\r\n\r\n{LONG}\r\r{LONG}\u2029{LONG}",
    "one line": LONG * 40,
    "marks at borders": f"{LONG}\n\n\u0301{LONG}\n\n\u200d{LONG}",
}
CASES = [
    *(("markdown", name, text) for name, text in MARKDOWN.items()),
    *(("html", name, text) for name, text in HTML.items()),
    *(("text", name, text) for name, text in TEXT.items()),
]


def at_every_edge(call):
    """Propose changes of a section's ends, of words that stand often, and of its neighbours."""
    text = call.text
    quotes = [text[:6], text[-6:], text.split()[0], text.split()[-1], "big", "\n\n", "The"]
    neighbours = [part for edge in _EDGE.findall(call.asked) for part in (edge[:9], edge[-9:])]
    edits = [edit(quote, new) for quote in (*quotes, *neighbours) for new in ("X", "\u0301x", "")]
    near = edit("big", "large", before=text[: text.find("big")][-20:], after="")
    return propose(near, *edits)


def checked(text, found, encoding):
    """Return the places as code points, when each shows what it says it does and cuts nothing."""
    codec, width = UNITS[encoding]
    raw, boundaries = text.encode(codec), GraphemeBoundaries(text)
    places = []
    for one in found:
        assert slices(text, one, encoding) == one["original"] != one["suggested"]
        ends = [len(raw[: one[end] * width].decode(codec)) for end in ("start", "end")]
        assert all(end in boundaries for end in ends)
        places.append((*ends, one["suggested"]))
    assert all(one[1] <= other[0] for one, other in pairwise(sorted(places)))
    return sorted(places)


def bones(text, form):
    """Return what no new wording may change."""
    if form == "markdown":
        return markdown_skeleton(text)
    return [text[one.start : one.end] for one in html_markup(text)] if form == "html" else []


@pytest.mark.parametrize(
    ("form", "text"), [(f, t) for f, _, t in CASES], ids=[f"{f}: {n}" for f, n, _ in CASES]
)
def test_every_suggestion_stands_where_it_says(writer, model, form, text):
    model.plan(at_every_edge)
    text += some_text("\n\n# Last\n\n" if form == "markdown" else "\n\n")
    for encoding in UNITS:
        body = {"document": {"content": text, "format": form}, "prompt": TEMPLATE}
        batch = finish_batch(writer, body | {"offset_encoding": encoding})
        found = [one for each in sections_of(writer, batch["id"]) for one in each["suggestions"]]

        assert found == batch["result"]["suggestions"] == told(events_of(writer, batch["id"]))
        assert batch["counts"]["succeeded"] == batch["counts"]["total"] > 1
        assert found
        new = text
        for start, end, suggested in reversed(checked(text, found, encoding)):
            new = new[:start] + suggested + new[end:]
        assert bones(new, form) == bones(text, form)


@pytest.mark.parametrize("form", ["markdown", "html", "text"])
def test_nothing_is_changed_outside_of_the_selection(writer, model, form):
    model.plan(at_every_edge)
    text = some_text(f"# One\n\n{LONG}\n\n# Two\n\n{LONG}{LONG}")
    start, end = 300, len(text.encode("utf-16-le")) // 2 - 300
    document = {"content": text, "format": form, "selection": {"start": start, "end": end}}
    batch = finish_batch(writer, {"document": document, "prompt": TEMPLATE})
    found = batch["result"]["suggestions"]

    checked(text, found, "utf-16")
    assert found
    assert all(start <= one["start"] and one["end"] <= end for one in found)
    assert sections_of(writer, batch["id"])[0]["start"] == start

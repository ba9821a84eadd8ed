"""Document trees that differ anyhow, made into one and taken apart again."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from web.services.caged.changes.blocks import Merger
from web.services.caged.changes.hints import Hints, inlines_of
from web.services.caged.changes.leaves import WHOLE, joined
from web.services.caged.changes.whole import Stamp

NONE = ["", [], []]
WRAPPERS = ("Emph", "Strong")
words = st.sampled_from(["big", "plan", "a", "old|new"]).map(lambda word: {"t": "Str", "c": word})
spaces = st.sampled_from(["Space", "SoftBreak", "LineBreak"]).map(lambda kind: {"t": kind})
codes = st.sampled_from(["x", "x y", "f\ng"]).map(lambda text: {"t": "Code", "c": [NONE, text]})
inlines = st.recursive(
    st.lists(words | spaces | codes, min_size=1, max_size=5),
    lambda inner: st.lists(
        words
        | st.builds(lambda kind, c: {"t": kind, "c": c}, st.sampled_from(WRAPPERS), inner)
        | inner.map(lambda c: {"t": "Link", "c": [NONE, c, ["https://example.org", ""]]})
        | inner.map(lambda c: {"t": "Quoted", "c": [{"t": "DoubleQuote"}, c]})
        | inner.map(lambda c: {"t": "Note", "c": [{"t": "Para", "c": c}]}),
        min_size=1,
        max_size=4,
    ),
    max_leaves=8,
)
paragraphs = (
    inlines.map(lambda c: {"t": "Para", "c": c})
    | inlines.map(lambda c: {"t": "Plain", "c": c})
    | inlines.map(lambda c: {"t": "Header", "c": [1, NONE, c]})
    | codes.map(lambda code: {"t": "CodeBlock", "c": code["c"]})
)


def cell(content):
    return [NONE, {"t": "AlignDefault"}, 1, 1, content]


def table(contents):
    rows = [[NONE, [cell(content)]] for content in contents]
    columns = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]]
    body = [NONE, 0, [], rows]
    return {"t": "Table", "c": [NONE, [None, []], columns, [NONE, []], [body], [NONE, []]]}


def some(inner):
    boxes = st.lists(inner, min_size=1, max_size=3)
    return st.lists(
        paragraphs
        | inner.map(lambda c: {"t": "BlockQuote", "c": c})
        | boxes.map(lambda c: {"t": "BulletList", "c": c})
        | boxes.map(table),
        max_size=4,
    )


blocks = st.recursive(st.lists(paragraphs, max_size=4), some, max_leaves=6)


def merged(old, new):
    return Merger(Hints([], "<|>"), Stamp("Copydesk", "2026-11-22T19:48:00Z")).blocks(old, new)


def said(tree, gone=""):
    """Return all paragraphs that say something, without the changes of one kind."""
    if isinstance(tree, dict) and tree.get("t") in ("Para", "Plain", "Header", "CodeBlock"):
        row = joined(_without(leaf, gone) for leaf in inlines_of(tree) if not _is(leaf, gone))
        return [row] if row else []
    within = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return [row for one in within for row in said(one, gone)]


def _is(leaf, gone):
    return any(f'"{gone}"' in one for one in leaf.within if '"author"' in one) if gone else False


def _without(leaf, _gone):
    """A link is put outside of what else there is, so in both it counts in any place."""
    kept = (one for one in leaf.within if '"author"' not in one)
    return leaf._replace(within=tuple(sorted(kept)))


class TestMerger:
    @settings(max_examples=100, deadline=None)
    @given(blocks, blocks)
    def test_both_sides_come_back(self, old, new):
        both = merged(old, new)

        assert said(both, gone="insertion") == said(old)
        assert said(both, gone="deletion") == said(new)

    @settings(max_examples=100, deadline=None)
    @given(blocks, st.data())
    def test_one_paragraph_that_changed_is_the_only_one(self, old, data):
        new, number = [*old], data.draw(st.integers(0, len(old)))
        new[number : number + 1] = [data.draw(paragraphs)]
        both = merged(old, new)

        assert said(both, gone="insertion") == said(old)
        assert said(both, gone="deletion") == said(new)
        untouched = [one for one in both if "author" not in json.dumps(one)]
        assert len(untouched) >= len(old) - 1

    def test_what_is_the_same_is_not_touched(self):
        old = [{"t": "Para", "c": [{"t": "Str", "c": "same"}]}, {"t": "HorizontalRule"}]

        assert merged(old, old) == old

    def test_a_line_that_goes_is_marked(self):
        assert WHOLE in json.dumps(merged([{"t": "HorizontalRule"}], []))

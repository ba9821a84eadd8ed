"""Finds the prose in Markdown: what its parser takes as plain words, by place.

CommonMark with GitHub's tables, strikethrough, task lists, alerts and footnotes, and with `$…$`.
Whatever the parser does not vouch for is no prose.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote.index import footnote_def

from shared.domain.markup import markdown_inline as inline
from shared.domain.markup.markdown_lines import sources, trace_lines

# As Pandoc has it: what goes on with a blank line is a rule, and no front matter.
_FRONT_MATTER = re.compile(
    r"""
    \ufeff?
    (?: (---|\+\+\+) [ \t]*(?:\r\n?|\n) (?![ \t]*[\r\n])
        (?s: .*?[\r\n])?? (?:\1|\.\.\.) [ \t]*(?:\r\n?|\n|\Z)
    )?
    """,
    re.VERBOSE,
)
_LINE_END = re.compile("\r\n")
_SIGN = re.compile(r"[!-/:-@\[-`{-~]")
# Reading costs up to 20 us for each sign, and no prose has four in every word.
_MOST_SIGNS = 100_000
_PROSE = "copydesk:prose"  # in the parser's environment: the stretches found so far


def markdown_prose(content: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of prose in order: words as a reader sees them, and no sign of Markdown.

    A line break within a paragraph is prose where the next line goes on without a prefix. A text
    that is little but signs has no prose at all.
    """
    if len(_SIGN.findall(content)) > _MOST_SIGNS:
        return
    begin = _body(content)
    body = content[begin:]
    env: EnvType = {_PROSE: []}
    _parser().parse(body, env)
    # The parser reads a line end of two characters as one.
    doubled = [end.start() - count for count, end in enumerate(_LINE_END.finditer(body))]
    for start, end in env[_PROSE]:
        yield (
            begin + start + bisect_left(doubled, start),
            begin + end + bisect_left(doubled, end),
        )


def markdown_skeleton(text: str) -> list[tuple[str, ...]]:
    """Return all that the text is but its words: what a new wording has to leave as it is."""
    begin = _body(text)
    tokens = _parser().parse(text[begin:], {_PROSE: []})
    return [("front matter", text[:begin]), *_bones(tokens)]


def block_tokens(content: str) -> tuple[int, list[Token]]:
    """Return where the body begins, behind a front matter, and the tokens of its blocks.

    Their line maps count from there; their inline texts are not parsed.
    """
    begin = _body(content)
    return begin, _block_parser().parse(content[begin:], {})


def _bones(tokens: list[Token]) -> Iterator[tuple[str, ...]]:
    for token in tokens:
        if token.children is not None or token.type == "inline":
            yield from _bones(token.children or [])
        if token.type not in ("inline", "text", "softbreak"):
            targets = (str(token.attrs.get(name, "")) for name in ("href", "src", "title", "start"))
            content = "" if token.type == "image" else token.content
            yield (token.type, token.markup, token.info, content, *targets)


def _body(content: str) -> int:
    front = _FRONT_MATTER.match(content)
    return front.end() if front else 0


@cache
def _block_parser() -> MarkdownIt:
    md = _configured()
    md.core.ruler.enableOnly(["normalize", "block"])
    return md


@cache
def _parser() -> MarkdownIt:
    md = _configured()
    md.inline.ruler.after("image", "footnote_ref", inline.footnote_rule)
    for name, rule in inline.RULES.items():
        md.inline.ruler.at(name, rule)
    trace_lines(md)
    md.core.ruler.at("inline", _trace)
    return md


def _configured() -> MarkdownIt:
    options = {"tasklists": True, "alerts": True, "strikethrough_single_tilde": True}
    md = MarkdownIt()
    md.inline = inline.TracedInline()
    md.configure("commonmark", options).enable(["table", "strikethrough"])
    md.block.ruler.before(
        "reference", "footnote_def", footnote_def, {"alt": ["paragraph", "reference"]}
    )
    # Looser rules would take the amounts of "from $5 to $6" as mathematics.
    dollarmath_plugin(
        md, allow_space=False, allow_digits=False, allow_blank_lines=False, double_inline=True
    )
    return md


def _trace(state: StateCore) -> None:
    """Parse the inline texts, and keep where in the source their words are."""
    for token in state.tokens:
        if token.type == "inline":
            trace = inline.trace_inline(token, state.md, state.env)
            state.env[_PROSE].extend(sources(token, trace.prose()))

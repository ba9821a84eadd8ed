"""Lets markdown-it say where in an inline text it found plain words.

Its inline tokens carry no positions. So this follows the parser at work: whatever it takes as
literal text is noted with its place at that moment, and nothing is searched for afterwards.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline, html_inline, image, link, newline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from shared.domain.markup.html import OpaqueElements

# These are no prose even where they mean nothing: beside an edit they might come to mean something.
_SIGNS = frozenset("`*_[]<\\~|")
# Another character behind one of these might give it a meaning.
_OPENERS = frozenset("<&")
_FOOTNOTE = re.compile(r"\[\^[^\s\[\]]+\]")
# In the parser's environment: the trace of the inline text that is parsed next, and where in the
# traced text it begins.
_NEXT = "copydesk:next"


@dataclass
class InlineTrace:
    """What the parser took as plain text, by offsets in the inline text, in order."""

    words: list[tuple[int, int]] = field(default_factory=list)
    tags: deque[tuple[int, str]] = field(default_factory=deque)

    def cut(self, index: int, end: int) -> None:
        """Let the words of this index end here at the latest."""
        if 0 <= index < len(self.words):
            start, old_end = self.words[index]
            self.words[index] = (start, max(start, min(old_end, end)))

    def prose(self) -> Iterator[tuple[int, int]]:
        """Yield the words that stand in no opaque element of inline HTML."""
        opaque = OpaqueElements()
        for start, end in self.words:
            while self.tags and self.tags[0][0] < start:
                opaque.pass_tag(self.tags.popleft()[1])
            if not opaque:
                yield start, end


class _TracedState(StateInline):
    """Notes all that enters the parser's plain text."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.trace, self.origin = env.pop(_NEXT, (InlineTrace(), 0))
        self.label_end = 0
        self._brackets: list[int] = []
        self._no_word = -1

    def append_pending(self, text: str) -> None:
        super().append_pending(text)
        self._note_bracket(text)
        if text[0] not in _SIGNS:
            skipped = self.pos == self._no_word
            self.note(self.pos + skipped, self.pos + len(text))
        if text in _OPENERS:
            self._no_word = self.pos + 1

    def note(self, start: int, end: int) -> None:
        if start < end:
            self.trace.words.append((self.origin + start, self.origin + end))

    def _note_bracket(self, text: str) -> None:
        """Take back what stands in brackets if another text there could become a link."""
        if text == "[":
            self._brackets.append(len(self.trace.words))
        elif text == "]" and self._brackets:
            mark = self._brackets.pop()
            if self.env.get("references"):
                del self.trace.words[mark:]


class TracedInline(ParserInline):
    """The inline parser, with states that note positions."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse an inline text; `trace_inline` reads what was noted."""
        state = _TracedState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        """Parse a stretch of an inline text: all of it, or the label of a link."""
        cast(_TracedState, state).label_end = state.posMax
        super().tokenize(state)


def trace_inline(token: Token, md: MarkdownIt, env: EnvType) -> InlineTrace:
    """Parse the token's inline text into its children, and return where the words are."""
    trace = InlineTrace()
    env[_NEXT] = (trace, 0)
    token.children = md.inline.parse(token.content, md, env, [])
    return trace


def link_rule(state: StateInline, silent: bool) -> bool:
    """Parse a link as markdown-it does; its label is prose unless it is the target's name too."""
    traced, start = cast(_TracedState, state), state.pos
    mark = len(traced.trace.words)
    if not link(state, silent):
        return False
    if not silent:
        _settle_label(traced, mark, traced.label_end)
        # An exclamation mark here would make it an image.
        traced.trace.cut(mark - 1, traced.origin + start - 1)
    return True


def image_rule(state: StateInline, silent: bool) -> bool:
    """Parse an image as markdown-it does; its description is parsed as a text of its own."""
    if silent:
        return image(state, silent)
    traced, start = cast(_TracedState, state), state.pos + len("![")
    mark = len(traced.trace.words)
    state.env[_NEXT] = (traced.trace, traced.origin + start)
    found = image(state, silent)
    state.env.pop(_NEXT, None)
    if found:
        _settle_label(traced, mark, start + len(state.tokens[-1].content))
    return found


def newline_rule(state: StateInline, silent: bool) -> bool:
    """Parse the end of a line as markdown-it does; a soft break is white space like any other."""
    traced, end = cast(_TracedState, state), state.pos
    found = newline(state, silent)
    if found and not silent:
        start = end
        while start and state.src[start - 1] == " ":
            start -= 1
        traced.trace.cut(len(traced.trace.words) - 1, traced.origin + start)
        if state.tokens[-1].type == "softbreak":
            traced.note(end, end + 1)
    return found


def html_rule(state: StateInline, silent: bool) -> bool:
    """Parse a tag as markdown-it does."""
    traced, start = cast(_TracedState, state), state.pos
    found = html_inline(state, silent)
    if found and not silent:
        traced.trace.tags.append((traced.origin + start, state.src[start : state.pos]))
    return found


def footnote_rule(state: StateInline, silent: bool) -> bool:
    """Take `[^label]` as a footnote, whether or not there is one: it is no prose in any case.

    The plugin's own rule looks for the bracket to the end of the text each time.
    """
    found = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("footnote_ref", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _settle_label(state: _TracedState, mark: int, label_end: int) -> None:
    """Take back the words of a label that names the target."""
    if state.src[label_end + 1 : state.pos] in ("", "[]"):
        del state.trace.words[mark:]


RULES = {
    "link": link_rule,
    "image": image_rule,
    "newline": newline_rule,
    "html_inline": html_rule,
}

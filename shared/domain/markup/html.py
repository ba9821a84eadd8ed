"""Finds the prose in HTML: what is neither markup nor opaque to a reader.

Follows the tokenizer of the HTML standard (https://html.spec.whatwg.org/multipage/parsing.html),
not `html.parser`: that one, in the Pythons that we support, takes minutes over hostile markup, and
gives up in the middle of a text at `&#` without digits.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

# What stands inside these is no prose, though it may hold elements.
OPAQUE = frozenset({"code", "kbd", "math", "pre", "samp", "svg", "template", "tt", "var"})
# What stands inside these is not even read as markup.
_RAW = frozenset({"iframe", "noembed", "noframes", "script", "style", "textarea", "xmp"})
_FOREIGN = ("svg", "math")

_SPACE = r"[\t\n\f\r ]"
_TAG_START = re.compile("</?[A-Za-z]")
_MARKUP_START = re.compile("<(?=[A-Za-z/!?])")
_TAG_NAME = re.compile(r"</?([A-Za-z][^\t\n\f\r />]*+)")
_TAG = re.compile(
    rf"""
    <(?P<close>/?)(?P<name>[A-Za-z][^\t\n\f\r />]*+)
    (?: (?: {_SPACE} | / )++
      | [^\t\n\f\r />][^\t\n\f\r />=]*+
        (?: {_SPACE}*+ = {_SPACE}*+
            (?: "[^"]*+" | '[^']*+' | [^\t\n\f\r >"'][^\t\n\f\r >]*+ | (?=>) )
        )?+
        (?! {_SPACE}*+ = )  # a value without its end swallows the rest: it is no name
    )*+
    >
    """,
    re.VERBOSE,
)
_RAW_END = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _RAW}
_COMMENT_END = re.compile(r"--!?>")
# The character behind a lone ampersand goes with it: another might make the two an entity.
_AMPERSAND = re.compile(r"&(?:#?\w++;?|.)?", re.DOTALL)


class Markup(NamedTuple):
    """A tag, a comment or the like, by place; a script goes with the tag that begins it.

    `tag` is in lower case, with a slash in front for one that ends an element, and empty for a
    comment. `hides` says whether what follows is opaque.
    """

    start: int
    end: int
    tag: str
    hides: bool


class OpaqueElements:
    """The opaque elements that are open at one point of a text."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return self._open.total() > 0

    @property
    def is_foreign(self) -> bool:
        """Whether the rules are those of SVG and MathML."""
        return any(self._open[name] for name in _FOREIGN)

    def pass_tag(self, tag: str) -> None:
        """Take note of one whole tag."""
        if not (found := _TAG.fullmatch(tag)):
            return
        name = found["name"].lower()
        if name not in OPAQUE | _RAW:
            return
        if found["close"]:
            self._open[name] = max(self._open[name] - 1, 0)
        elif not (tag.endswith("/>") and (self.is_foreign or name in _FOREIGN)):
            self._open[name] += 1


def html_prose(content: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of prose in order: no tag, comment, entity, code or script.

    What has no end runs to the end of the text, as it does in a browser.
    """
    opaque, at = OpaqueElements(), 0
    while 0 <= at < len(content):
        start = content.find("<", at)
        end = len(content) if start < 0 else start
        if not opaque:
            yield from _without_entities(content, at, end)
        at = _behind(content, start, opaque) if start >= 0 else -1


def html_markup(content: str) -> Iterator[Markup]:
    """Yield all markup in order, but for entities."""
    opaque, at = OpaqueElements(), 0
    while begin := _MARKUP_START.search(content, at):
        start = begin.start()
        end = _behind(content, start, opaque)
        at = end if end >= 0 else len(content)
        yield Markup(start, at, _tag(content, start), bool(opaque))


def _tag(content: str, start: int) -> str:
    name = _TAG_NAME.match(content, start)
    if not name:
        return ""
    return ("/" if content[start + 1] == "/" else "") + name[1].lower()


def _behind(content: str, start: int, opaque: OpaqueElements) -> int:
    """Return where the markup ends that begins here, or -1 if it never does."""
    found = _TAG.match(content, start)
    if found:
        return _behind_tag(content, found, opaque)
    if _TAG_START.match(content, start):
        return -1
    if content.startswith("<!--", start):
        return _behind_comment(content, start)
    if content.startswith("<![CDATA[", start) and opaque.is_foreign:
        return _past(content, "]]>", start)
    if content.startswith(("<!", "<?", "</"), start):
        return _past(content, ">", start)
    # Another character behind a lone `<` might make a tag of it, so that one is no prose either.
    return start + (1 if content.startswith("<<", start) else 2)


def _behind_tag(content: str, found: re.Match[str], opaque: OpaqueElements) -> int:
    name = found["name"].lower()
    if found["close"] or name not in _RAW or opaque.is_foreign:
        opaque.pass_tag(found[0])
        return -1 if name == "plaintext" and not found["close"] else found.end()
    close = _RAW_END[name].search(content, found.end())
    if not close or _may_go_on(content[found.end() : close.start()]):
        return -1
    return close.start()


def _may_go_on(script: str) -> bool:
    """Whether a script hides its end tag in a comment; see "script data double escaped"."""
    return "<script" in script[script.find("<!--") :].lower() if "<!--" in script else False


def _behind_comment(content: str, start: int) -> int:
    for short in ("<!-->", "<!--->"):
        if content.startswith(short, start):
            return start + len(short)
    end = _COMMENT_END.search(content, start + 4)
    return end.end() if end else -1


def _past(content: str, sign: str, start: int) -> int:
    at = content.find(sign, start)
    return at + len(sign) if at >= 0 else -1


def _without_entities(content: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for entity in _AMPERSAND.finditer(content, start, end):
        yield start, entity.start()
        start = entity.end()
    yield start, end

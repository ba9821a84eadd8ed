"""Takes out of HTML all that acts, looks or hides, and leaves what is said and how it is built.

A program of its own, from standard input to standard output: HTML can be made to cost its reader
any amount of time and memory, so it is read where both are bounded.
"""

import re
import sys

import nh3

_TAGS = nh3.ALLOWED_TAGS | {"address", "input", "main", "section", "tfoot"}
_SILENT = {"head", "iframe", "math", "noscript", "object", "script", "style", "svg", "template"}
_SILENT |= {"title", "textarea", "select", "noembed", "noframes", "xmp", "plaintext"}
_FOOTNOTES = {"class", "id", "role"}
_ATTRIBUTES = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()} | {
    "*": {"dir", "lang", "title"},
    "a": {"href", "hreflang"} | _FOOTNOTES,
    "code": {"class"},
    "input": {"checked"},
    "li": {"id"},
    "ol": {"start", "type", "reversed"},
    "pre": {"class"},
    "section": _FOOTNOTES,
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
}
# An id or class of the writer's might mean something to the page that shows the text.
_VALUES = {
    "id": re.compile(r"fn(ref)?[0-9]{1,5}|footnotes"),
    "class": re.compile(r"(language-)?[A-Za-z0-9+#.-]{1,30}|footnote-(ref|back)|footnotes[a-z- ]*"),
    "role": re.compile(r"doc-(noteref|endnotes|backlink)"),
    "checked": re.compile(r"(checked)?"),
    "dir": re.compile(r"ltr|rtl|auto"),
}
_BOX = re.compile(r"<input([^<>]*)>")
# How tables say it that style their cells; `align` says the same.
_ALIGNED = re.compile(r'(<t[dh]\b[^<>]*?) style="text-align: (left|right|center);"')
# Tags that come with an end; that of a paragraph, an item or a cell may be left out.
_NESTS = re.compile(
    r"<(/?)(?!(?:p|li|d[dt]|t[drh]|t(?:body|head|foot)|col(?:group)?|option|area|base|br|embed|hr|img"
    r"|input|link|meta|source|track|wbr)\b)[a-z][^\s/>]*",
    re.IGNORECASE,
)
_DEEPEST = 500
TOO_LARGE = 4  # the exit status for what would take too long


def is_too_deep(html: str) -> bool:
    """Tell at once what would take a parser minutes; what gets past this meets the bounds."""
    depth = 0
    for tag in _NESTS.finditer(html):
        depth = max(depth + (-1 if tag[1] else 1), 0)
        if depth > _DEEPEST:
            return True
    return False


def clean(html: str) -> str:
    """Return what is harmless in any page: no scripts, handlers, styles, frames or forms."""
    cleaned = nh3.clean(
        _ALIGNED.sub(r'\1 align="\2"', html),
        tags=_TAGS,
        clean_content_tags=_SILENT - _TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    return _BOX.sub(_as_box, cleaned)


def _as_box(field: re.Match[str]) -> str:
    """Every field becomes a box to look at, closed, as pandoc knows one."""
    checked = ' checked=""' if "checked" in field[1] else ""
    return f'<input type="checkbox"{checked} disabled="" />'


def _attribute(_tag: str, name: str, value: str) -> str | None:
    allowed = _VALUES.get(name)
    return value if allowed is None or allowed.fullmatch(value) else None


def main() -> None:
    """Clean what comes in."""
    html = sys.stdin.buffer.read().decode()
    if is_too_deep(html):
        sys.exit(TOO_LARGE)
    sys.stdout.buffer.write(clean(html).encode())


if __name__ == "__main__":
    main()

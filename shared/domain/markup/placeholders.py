"""Stretches that a program fills in or follows, in whatever format they stand."""

import re
from collections.abc import Callable, Iterator

from shared.domain.text import Span

# Editors' notes look like `{name}`, and are prose.
_NOTES = frozenset({"applause", "crosstalk", "inaudible", "laughter", "pause", "sic"})

# No alternative runs past the beginning of its like, so a hostile text is read once.
_PLACEHOLDER = re.compile(
    r"""
      [$%\#@]?\{\{\{?(?:[^{}]|\}(?!\})|\{(?!\{)){0,300}+\}\}\}?  # {{name}} {{{name}}} ${{name}}
    | \{[\w.-]{1,60}\s*+,\s*+(?:plural|select|selectordinal)\s*+,  # {n, plural, one {# day} …}
      (?:[^{}]|\{(?:[^{}]|\{[^{}]{0,300}\}){0,1000}+\}){0,2000}+\}
    | \{%(?:[^{%]|%(?!\})|\{(?!%))*+%\}                 # {% tag %}
    | <%(?:[^<%]|%(?!>)|<(?!%))*+%>                     # <%= name %>
    | \{[#.:][^{}\n]{0,300}\}                           # {# remark #} {#id .class} {: .class}
    | [$%\#]\{[^{}\n]{0,300}\}                          # ${name} %{name} #{name}
    | \{(?P<name>[A-Za-z_][\w.\[\]-]*+)?(?:![rsa])?(?:[:,][^{}\n]{0,300})?\}  # {name:>8} {}
    | \{\d{1,3}(?:![rsa])?(?:[:,][^{}\n]{0,300})?\}     # {0} {0:.2f}
    | %\([A-Za-z_]\w*+\)[-+#0-9.]*+[A-Za-z]             # %(name)s
    | %(?:\d{1,3}\$)?[-+#0]{0,4}(?:\d{1,4}|\*)?(?:\.(?:\d{1,4}|\*))?
      (?:hh?|ll?|[Lqjzt])?[diouxXeEfFgGcspn@](?!\w)     # %s %d %1$s %-8.2f %@
    | (?<!\w)%[ds](?=[A-Za-z]{1,3}(?![^\W_]))           # %dpx %dx%d
    """,
    re.VERBOSE,
)
_ADDRESS = re.compile(
    r"""
      (?<!\w)(?:(?:https?|ftp)://|mailto:|www\.)[^\s<>"]*[^\s<>".,;:!?)'\]}*_~`|]
    | (?<![\w.+-])[\w.+-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++
    """,
    re.VERBOSE | re.IGNORECASE,
)


def placeholders(text: str) -> Iterator[Span]:
    """Yield what a program will replace: the forms of the usual template languages and of printf.

    A percent sign counts only where it touches its letter and no word but a unit goes on behind:
    not in "100% sure". A name in single braces counts unless it is an editor's note such as {sic}.
    """
    if "{" not in text and "%" not in text:
        return
    for found in _PLACEHOLDER.finditer(text):
        if (found["name"] or "").lower() not in _NOTES:
            yield Span(*found.span())


def addresses(text: str) -> Iterator[Span]:
    """Yield the URLs and e-mail addresses, without the punctuation of the sentence behind them."""
    for found in _ADDRESS.finditer(text):
        yield Span(*found.span())


def found(search: Callable[[str], Iterator[Span]], text: str) -> list[str]:
    """Return the pieces of the text that the search yields."""
    return [span.of(text) for span in search(text)]


def touching(before: str, after: str) -> tuple[str, str]:
    """Return what touches the words in between: nothing where white space stands."""
    head = before.rsplit(None, 1)[-1:] if before[-1:].strip() else []
    tail = after.split(None, 1)[:1] if after[:1].strip() else []
    return "".join(head), "".join(tail)

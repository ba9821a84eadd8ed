"""Suggestions for the eye: each in its line, removed words struck out, added ones beside them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Console
from rich.text import Text

from copydesk.cli.differences import Change, word_runs
from copydesk.models.suggestions import Suggestion

CONTEXT = 60
_STYLES = {Change.KEPT: "", Change.REMOVED: "red strike", Change.ADDED: "green"}
# As `git diff --word-diff=plain` writes them, where there are no colours.
_MARKS = {Change.KEPT: ("", ""), Change.REMOVED: ("[-", "-]"), Change.ADDED: ("{+", "+}")}
_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
_PICTURES |= {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
# Marks of direction: they would show words in an order in which they do not stand.
_PICTURES |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD)


@dataclass(frozen=True)
class Showing:
    """Shows suggestions about one text, whose places count code points."""

    name: str
    text: str
    console: Console

    def show_all(self, suggestions: Iterable[Suggestion]) -> None:
        """Show them in the text's order, those of one line together."""
        in_order = sorted(suggestions, key=lambda each: each.start)
        for _, together in groupby(in_order, key=self._line):
            self.show(*together)

    def show(self, *together: Suggestion) -> None:
        """Print where they stand, what they change, and why; the places follow each other."""
        place = f"{visible(self.name)}:{self._line(together[0])}"
        self.console.print(Text(place, "bold"), soft_wrap=True)
        self.console.print(Text("  ").append_text(self._in_context(together)), soft_wrap=True)
        reasons = dict.fromkeys((each.category, each.explanation) for each in together)
        for category, why in filter(any, reasons):
            reason = Text.assemble("  ", (visible(category), "cyan"), "  " if category else "")
            self.console.print(reason.append(visible(why), "dim"), soft_wrap=True)

    def _line(self, suggestion: Suggestion) -> int:
        return self.text.count("\n", 0, suggestion.start) + 1

    def _in_context(self, together: Sequence[Suggestion]) -> Text:
        """Return the changes with a few words on either side."""
        shown = Text(visible(_end_of(self.text[: together[0].start])))
        for before, suggestion in zip((None, *together), together, strict=False):
            if before:
                shown.append(visible(_middle_of(self.text[before.end : suggestion.start])))
            shown.append_text(self._changed(suggestion))
        return shown.append(visible(_begin_of(self.text[together[-1].end :])))

    def _changed(self, suggestion: Suggestion) -> Text:
        changed = Text()
        for run in word_runs(suggestion.original, suggestion.suggested):
            opening, closing = ("", "") if self._has_colours else _MARKS[run.change]
            changed.append(f"{opening}{visible(run.text)}{closing}", _STYLES[run.change])
        return changed

    @property
    def _has_colours(self) -> bool:
        return self.console.is_terminal and not self.console.no_color


def visible(text: str) -> str:
    """Return the text without what would steer a terminal; who wrote it may mean harm."""
    return text.translate(_PICTURES)


def coloured_diff(lines: Iterator[str]) -> Text:
    """Return a unified diff for the eye."""
    shown = Text()
    for line in lines:
        shown.append(visible(line), _diff_style(line))
    return shown


def _diff_style(line: str) -> str:
    if line.startswith(("---", "+++")):
        return "bold"
    return {"+": "green", "-": "red", "@": "cyan"}.get(line[0], "")


def _end_of(text: str) -> str:
    line = text.rpartition("\n")[2]
    if len(line) <= CONTEXT:
        return line
    return "…" + (line[-CONTEXT:].partition(" ")[2] or line[-CONTEXT:])


def _middle_of(text: str) -> str:
    if len(text) <= 2 * CONTEXT:
        return text
    return f"{_begin_of(text)} {_end_of(text)}"


def _begin_of(text: str) -> str:
    line = text.partition("\n")[0].removesuffix("\r")
    if len(line) <= CONTEXT:
        return line
    return (line[:CONTEXT].rpartition(" ")[0] or line[:CONTEXT]) + "…"

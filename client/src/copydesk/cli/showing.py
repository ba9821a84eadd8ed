"""Suggestions for the eye: each in its line, removed words struck out, added ones beside them."""

from collections.abc import Iterator
from dataclasses import dataclass

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

    def show(self, suggestion: Suggestion) -> None:
        """Print where it stands, what it changes, and why."""
        line = self.text.count("\n", 0, suggestion.start) + 1
        place = Text.assemble((f"{visible(self.name)}:{line}", "bold"))
        if suggestion.category:
            place.append(f"  {visible(suggestion.category)}", "cyan")
        self.console.print(place, soft_wrap=True)
        self.console.print(Text("  ").append_text(self.in_context(suggestion)), soft_wrap=True)
        if suggestion.explanation:
            self.console.print(Text(f"  {visible(suggestion.explanation)}", "dim"), soft_wrap=True)

    def in_context(self, suggestion: Suggestion) -> Text:
        """Return the change with a few words on either side."""
        shown = Text(visible(_end_of(self.text[: suggestion.start])))
        shown.append_text(self._changed(suggestion))
        return shown.append(visible(_begin_of(self.text[suggestion.end :])))

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


def _begin_of(text: str) -> str:
    line = text.partition("\n")[0].removesuffix("\r")
    if len(line) <= CONTEXT:
        return line
    return (line[:CONTEXT].rpartition(" ")[0] or line[:CONTEXT]) + "…"

"""What `copydesk improve` takes."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from copydesk.cli.completion import complete_template
from copydesk.cli.sources import SourceFormat

DEFAULT_TEMPLATE = "clearer"
MOST_SUGGESTIONS = 100  # of one section
_what = partial(typer.Option, rich_help_panel="What to improve, and how")
_then = partial(typer.Option, rich_help_panel="What comes of it")
_care = partial(typer.Option, rich_help_panel="Cost and trouble")


_FILES = "Text, Markdown, HTML or DOCX, as the suffix says; [bold]-[/] is standard input."
_TEMPLATE = f"Id of a prompt template. [dim]\\[default: {DEFAULT_TEMPLATE}][/]"
_OUTPUT = "Where the result goes; a [bold].docx[/] has tracked changes."


class OnError(StrEnum):
    """What becomes of the other sections when one fails."""

    CONTINUE = "continue"
    STOP = "stop"


ServerOption = Annotated[
    str | None,
    typer.Option("--server", envvar="COPYDESK_URL", help="Address of the server.", metavar="URL"),
]


def _has_keyboard() -> bool:
    return sys.stdin.isatty()


@dataclass(frozen=True)
class ImproveOptions:
    """The options as they were given."""

    files: Annotated[list[str], typer.Argument(help=_FILES, metavar="FILE")]
    template: Annotated[
        str | None,
        _what("--template", "-t", help=_TEMPLATE, metavar="ID", autocompletion=complete_template),
    ] = None
    prompt: Annotated[
        str | None, _what("--prompt", "-p", help="Your own words instead.", metavar="TEXT")
    ] = None
    param: Annotated[
        list[str], _what("--param", help="A parameter of the template.", metavar="NAME=VALUE")
    ] = field(default_factory=list)
    brief: Annotated[
        str | None, _what("--brief", help="What the whole is, and for whom.", metavar="TEXT")
    ] = None
    format: Annotated[
        SourceFormat | None, _what("--format", "-f", help="Whatever the suffix says.")
    ] = None
    apply: Annotated[bool, _then("--apply", help="Write the changes into the file.")] = False
    diff: Annotated[bool, _then("--diff", help="A unified diff; piped, `patch` takes it.")] = False
    interactive: Annotated[
        bool, _then("--interactive", "-i", help="Choose the changes one by one.")
    ] = False
    output: Annotated[Path | None, _then("--output", "-o", help=_OUTPUT, metavar="PATH")] = None
    json: Annotated[bool, _then("--json", help="A JSON object for each file, in a line.")] = False
    check: Annotated[bool, _then("--check", help="Status 1 if there is something to do.")] = False
    watch: Annotated[
        bool, _then("--watch", "-w", help="Again whenever a file is saved, until Ctrl-C.")
    ] = False
    on_error: Annotated[
        OnError, _care("--on-error", help="When a section fails: the others go on, or stop.")
    ] = OnError.CONTINUE
    max_cost: Annotated[
        float | None, _care("--max-cost", help="The most for one file.", metavar="USD", min=0)
    ] = None
    cancel_on_interrupt: Annotated[
        bool, _care("--cancel-on-interrupt", help="Ctrl-C cancels; else the server works on.")
    ] = False
    server: ServerOption = None

    def faults(self) -> str | None:
        """Return what does not go together, or None."""
        reads_input, many = "-" in self.files, len(self.files) > 1
        wrong = {
            "--template and --prompt: give one of them": self.template and self.prompt,
            "--param goes with a template": self.param and self.prompt,
            "--param wants NAME=VALUE": any("=" not in each for each in self.param),
            "--apply and --output: give one of them": self.apply and self.output,
            "--output takes the result of one file": self.output and many,
            "--output is the file itself: that is what --apply does": self._is_over_itself,
            "- cannot be written into: leave --apply out": reads_input and self.apply,
            "-i needs the keyboard, from which - is read": reads_input and self.interactive,
            "--watch needs files, and - is none": reads_input and self.watch,
            "--watch cannot wait for answers: leave -i out": self.watch and self.interactive,
            "a file may be named once": len(set(self.files)) < len(self.files),
            "-i needs a terminal to read the keys from": self.interactive and not _has_keyboard(),
            "--json and --diff: give one of them": self.json and self.diff,
        }
        return next((fault for fault, is_so in wrong.items() if is_so), None)

    @property
    def _is_over_itself(self) -> bool:
        """Whether the result would go where the text comes from, whoever wrote there meanwhile."""
        with suppress(OSError):
            return self.output is not None and self.output.samefile(self.files[0])
        return False

    @property
    def terms(self) -> Mapping[str, Any]:
        """What the server is told of them, in the client's words."""
        prompt: dict[str, Any] = {"prompt": self.prompt}
        if not self.prompt:
            prompt = {"template": self.template or DEFAULT_TEMPLATE}
            prompt["parameters"] = dict(each.split("=", 1) for each in self.param)
        more = {"brief": self.brief, "max_cost_usd": self.max_cost}
        given = {name: value for name, value in more.items() if value is not None}
        fixed = {"offset_encoding": "codepoint", "max_suggestions": MOST_SUGGESTIONS}
        return prompt | given | fixed | {"on_error": self.on_error.value}

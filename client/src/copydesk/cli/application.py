"""The application: all commands under one name."""

from typing import Annotated

import typer

from copydesk.cli import accounts, improve, templates
from copydesk.cli.jobs import jobs
from copydesk.version import VERSION


def application() -> typer.Typer:
    """Return the command line, ready to be called."""
    app = typer.Typer(
        name="copydesk",
        help="A text goes in, tracked edits come back.",
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_begin)
    improve.register(app)
    templates.register(app)
    app.add_typer(jobs, name="jobs")
    accounts.register(app)
    return app


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(VERSION)
        raise typer.Exit


def _begin(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_tell_version, help="And no more.")
    ] = False,
) -> None:
    """Take what stands before the command; `_tell_version` has dealt with it."""

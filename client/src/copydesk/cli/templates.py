"""`copydesk templates`."""

import typer
from rich.table import Column, Table
from rich.text import Text

from copydesk.cli.commands import ending_well
from copydesk.cli.entrance import at_desk
from copydesk.cli.options import ServerOption
from copydesk.cli.screens import open_screens
from copydesk.cli.showing import visible


@ending_well
def templates(server: ServerOption = None) -> None:
    """List the prompt templates: your own, then the system's."""
    table = Table(Column("Id", no_wrap=True), "Name", "What it does", box=None)
    with at_desk(server) as desk:
        for each in desk.templates.list():
            table.add_row(*(Text(visible(cell)) for cell in (each.id, each.name, each.description)))
    open_screens().out.print(table)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("templates")(templates)

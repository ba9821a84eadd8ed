"""`copydesk improve`."""

import typer

from copydesk.cli.arguments import taking
from copydesk.cli.commands import ending_well
from copydesk.cli.entrance import at_known_desk
from copydesk.cli.exits import CommandError, ExitCode
from copydesk.cli.folders import state_folder
from copydesk.cli.improving import Improving
from copydesk.cli.options import ImproveOptions
from copydesk.cli.orders import Orders
from copydesk.cli.pending import PendingRuns
from copydesk.cli.screens import open_screens
from copydesk.cli.watching import Watch

EPILOG = """
[bold]Examples[/]

copydesk improve notes.md
  [dim]show what could be better[/]

copydesk improve --template shorter --apply docs/*.md
  [dim]write the changes into the files[/]

copydesk improve report.docx
  [dim]write report.copydesk.docx, with tracked changes[/]

copydesk improve -i --prompt "Plain words" letter.txt
  [dim]choose the changes one by one[/]

git show HEAD:README.md | copydesk improve -f markdown --diff -
  [dim]from standard input[/]

[bold]Exit status[/]

0  done, or nothing to suggest
1  --check: there is something to suggest
2  wrong use, or a text that the server does not take
3  some sections failed, or the file was changed meanwhile
4  the batch failed
5  the server cannot be reached, or wants a login
130  interrupted; the server goes on, and so does the same command
"""


@ending_well
@taking(ImproveOptions)
def improve(options: ImproveOptions) -> ExitCode:
    """Improve whole documents, section by section; only what changed since last time is paid for.

    Interrupted or killed, the same command goes on with the same batch.
    """
    if fault := options.faults():
        raise CommandError(f"{fault}.")
    with at_known_desk(options.server) as at:
        orders = Orders(at, PendingRuns(state_folder() / "runs"), options.terms)
        watch = Watch(options.files, options.format)
        return Improving(options, open_screens(), orders, watch).run()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("improve", epilog=EPILOG)(improve)

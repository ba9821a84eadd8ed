"""`copydesk jobs`: what was ordered, and what became of it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from typing import Annotated, Any, Literal

import typer
from rich.table import Column, Table

from copydesk.cli.commands import ending_well, print_json
from copydesk.cli.entrance import at_desk
from copydesk.cli.exits import ExitCode
from copydesk.cli.options import ServerOption
from copydesk.cli.screens import Screens, open_screens
from copydesk.cli.showing import visible
from copydesk.errors import JobTimeoutError
from copydesk.jobs import Job
from copydesk.models.jobs import Event

jobs = typer.Typer(help="What was ordered, and what became of it.", no_args_is_help=False)
STOPS_WITHIN_S = 10.0
Kind = Literal["suggestion", "chat", "batch"]


def _named(job_id: str) -> str:
    if not job_id.strip(" ."):
        raise typer.BadParameter("The id of a job is missing.")
    return job_id


JobId = Annotated[
    str, typer.Argument(metavar="ID", help="As `copydesk jobs` shows it.", callback=_named)
]
Json = Annotated[bool, typer.Option("--json", help="JSON, an object in a line.")]


@jobs.callback(invoke_without_command=True)
@ending_well
def list_jobs(
    context: typer.Context,
    kind: Annotated[Kind | None, typer.Option(help="Of this kind alone.")] = None,
    status: Annotated[str | None, typer.Option(help="queued, running, succeeded, …")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most to show.")] = 20,
    server: ServerOption = None,
) -> None:
    """List the newest jobs, or deal with one of them."""
    if context.invoked_subcommand:
        return
    columns = (Column(name, no_wrap=True) for name in ("Job", "Kind", "Status", "Done", "Created"))
    table = Table(*columns, box=None, pad_edge=False)  # 80 columns hold it
    with at_desk(server) as desk:
        for job in islice(desk.jobs(kind=kind, status=status), limit):
            table.add_row(*_cells(job))
    open_screens().out.print(table)


@jobs.command("show")
@ending_well
def show(job_id: JobId, server: ServerOption = None) -> None:
    """Show all that is known of a job, as JSON."""
    with at_desk(server) as desk:
        print_json(_told(desk.job(job_id)))


@jobs.command("cancel")
@ending_well
def cancel(job_id: JobId, server: ServerOption = None) -> None:
    """Cancel a job; sections of a batch that are done stay readable."""
    with at_desk(server) as desk:
        job = desk.job(job_id).cancel()
        with suppress(JobTimeoutError):
            job.wait(timeout=STOPS_WITHIN_S)
    open_screens().say(f"{visible(job.id)}: {job.status}")


@jobs.command("follow")
@ending_well
def follow(
    job_id: JobId,
    after: Annotated[int, typer.Option(min=0, help="Begin behind this event.")] = 0,
    json: Json = False,
    server: ServerOption = None,
) -> ExitCode:
    """Print what happens to a job until it ends; status 4 if it ends without success."""
    with at_desk(server) as desk:
        job = desk.job(job_id)
        _print_all(job.events(after), open_screens(), as_json=json)
        return ExitCode.DONE if job.refresh().status == "succeeded" else ExitCode.FAILED


def _print_all(events: Iterator[Event], screens: Screens, *, as_json: bool) -> None:
    for event in events:
        if as_json:
            print_json({"id": event.id, "event": event.name, "data": dict(event.data)})
        else:
            screens.emit(f"{event.id:>6}  {event.name:<20} {_line(event)}\n".encode())


def _line(event: Event) -> str:
    parts = [f"{name}={_brief(value)}" for name, value in event.data.items()]
    return visible(" ".join(parts)).replace("\n", " ")


def _brief(value: Any) -> str:
    if isinstance(value, dict):
        shown = ("id", "status", "original", "suggested", "cost_usd", "code")
        return "{" + ", ".join(f"{name}: {value[name]}" for name in shown if name in value) + "}"
    return str(value)


def _cells(job: "Job[Any]") -> tuple[str, ...]:
    view = job.view
    done = f"{view.progress.done}/{view.progress.total}"
    state = "partial" if view.outcome == "partial" else view.status
    return visible(view.id), view.kind, state, done, view.created_at[5:16].replace("T", " ")


def _told(job: "Job[Any]") -> dict[str, Any]:
    plain = asdict(job.view) | {"result": None, "counts": dict(job.counts)}
    return {name: value for name, value in plain.items() if value not in (None, {})}

"""The command line `copydesk`; it needs the extra `cli` of this package."""

try:
    from copydesk.cli.application import application
except ModuleNotFoundError as error:
    if error.name not in ("rich", "typer"):
        raise
    raise SystemExit("The command line needs more: pip install 'copydesk[cli]'") from error


def main() -> None:
    """Run the command that the arguments name."""
    application()(prog_name="copydesk")

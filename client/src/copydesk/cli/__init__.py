"""The command line `copydesk`; it needs the extra `cli` of this package."""

from copydesk.cli.application import application


def main() -> None:
    """Run the command that the arguments name."""
    application()(prog_name="copydesk")

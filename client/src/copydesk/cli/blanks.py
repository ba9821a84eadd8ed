"""Files in which there is nothing to improve: no server is asked about them."""

from typing import Any

from copydesk.cli.commands import print_json
from copydesk.cli.options import ImproveOptions
from copydesk.cli.rewriting import write_new
from copydesk.cli.screens import Screens
from copydesk.cli.sources import Source

_NOTHING: dict[str, Any] = {"batch": None, "status": "succeeded", "outcome": "complete"}
_NOTHING |= {"counts": {}, "cost_usd": 0.0, "saved_usd": 0.0, "suggestions": [], "failed": []}


def deliver_blank(source: Source, options: ImproveOptions, screens: Screens) -> None:
    """Hand over what comes of such a file: that there is nothing to suggest, and itself."""
    screens.say(f"{source.name}: nothing to suggest")
    if options.json:
        print_json({"file": source.name, **_NOTHING})
    if options.output:
        write_new(options.output, source.raw)
    elif source.path is None and not (options.json or options.diff or options.check):
        screens.emit(source.raw)

"""Reads three document trees and writes one: a program, as `clean_html` is.

They are the text as it was, as it would be, and with both side by side between signs, as pandoc's
JSON.
"""

import json
import sys

from web.services.caged.changes.blocks import Merger
from web.services.caged.changes.hints import Hints
from web.services.caged.changes.whole import Stamp
from web.services.caged.clean_html import TOO_LARGE

_DEEPEST = 10_000


def main() -> None:
    """Write the one that holds both."""
    sys.setrecursionlimit(_DEEPEST)
    try:
        sent = json.load(sys.stdin.buffer)
        old, new, signed = (sent[name]["blocks"] for name in ("old", "new", "signed"))
        merger = Merger(Hints(signed, sent["signs"]), Stamp(sent["author"], sent["date"]))
        sent["old"]["blocks"] = merger.blocks(old, new)
    except (MemoryError, RecursionError):
        sys.exit(TOO_LARGE)
    sys.stdout.write(json.dumps(sent["old"]))


if __name__ == "__main__":
    main()

"""What the shell offers behind an option."""

from collections.abc import Iterator
from itertools import islice

from copydesk.cli.entrance import at_desk
from copydesk.cli.exits import CommandError
from copydesk.errors import CopydeskError

MOST = 100
PATIENCE_S = 2.0


def complete_template(incomplete: str) -> Iterator[tuple[str, str]]:
    """Yield the templates that begin so, with their names; nothing where the server is away."""
    try:
        with at_desk(None, timeout=PATIENCE_S, retries=0) as desk:
            for template in islice(desk.templates.list(), MOST):
                if template.id.startswith(incomplete):
                    yield template.id, template.name
    except (CommandError, CopydeskError):
        return

"""Makes the ids of what is kept."""

import uuid_utils


def unique_id() -> str:
    """Return an id that sorts by time (RFC 9562, version 7)."""
    return uuid_utils.uuid7().hex

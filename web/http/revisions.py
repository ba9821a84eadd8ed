"""`If-Match` (RFC 9110, 13.1.1) for what counts its revisions."""

from flask import request


def expected_revisions() -> frozenset[int] | None:
    """Return the revisions that the caller's change may follow; None where any will do.

    A tag that is none of ours, or a weak one, names no revision.
    """
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    tags = request.if_match.as_set()
    return frozenset(int(tag) for tag in tags if _is_revision(tag))


def _is_revision(tag: str) -> bool:
    return tag.isascii() and tag.isdecimal() and len(tag) < 10

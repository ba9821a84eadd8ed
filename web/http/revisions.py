"""`If-Match` and `If-None-Match` (RFC 9110, 13.1) for what counts its revisions."""

from flask import Response, request

from shared.errors import PreconditionRequiredError

_LONGEST = 16  # digits: a draft's revisions begin at the time in ms


def expected_revisions() -> frozenset[int] | None:
    """Return the revisions that the caller's change may follow; None where any will do.

    A tag that is none of ours, or a weak one, names no revision.
    """
    if not names_revision() or request.if_match.star_tag:
        return None
    tags = request.if_match.as_set()
    return frozenset(int(tag) for tag in tags if _is_revision(tag))


def required_revisions() -> frozenset[int] | None:
    """Return them as `expected_revisions` does, of a caller who has to name them.

    :raises PreconditionRequiredError: there is no If-Match
    """
    if not names_revision():
        raise PreconditionRequiredError(
            "Send If-Match with the ETag that you have read, or If-Match: * to save in any case"
        )
    return expected_revisions()


def names_revision() -> bool:
    """Return whether the caller says which revision their change is to follow."""
    return "If-Match" in request.headers


def knows_revision(revision: int) -> bool:
    """Return whether the caller has this revision already, by If-None-Match."""
    return request.if_none_match.contains_weak(str(revision))


def tagged(response: Response, revision: int) -> Response:
    """Return the answer with the revision as its ETag."""
    response.set_etag(str(revision))
    return response


def _is_revision(tag: str) -> bool:
    return tag.isascii() and tag.isdecimal() and len(tag) < _LONGEST

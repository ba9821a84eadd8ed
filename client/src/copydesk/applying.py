"""Suggestions into a text."""

from collections.abc import Iterable

from copydesk.errors import PlacementError
from copydesk.models.suggestions import Suggestion

# The bytes of one unit, in a codec in which every unit has as many.
_UNITS = {"utf-16": ("utf-16-le", 2), "codepoint": ("utf-32-le", 4), "utf-8": ("utf-8", 1)}


def apply_suggestions(
    text: str, suggestions: Iterable[Suggestion], offset_encoding: str = "utf-16"
) -> str:
    """Return the text with all of these suggestions in it.

    `offset_encoding` is the one that they were asked for with.

    :raises PlacementError: one is about another text, or two of them overlap; none was applied
    """
    codec, width = _UNITS[offset_encoding]
    units = text.encode(codec)
    pieces, end = [], 0
    for each in sorted(suggestions, key=lambda suggestion: (suggestion.start, suggestion.end)):
        start, stop = each.start * width, each.end * width
        if start < end:
            raise PlacementError(f"{each.id} overlaps the suggestion before it")
        if stop > len(units) or units[start:stop] != each.original.encode(codec):
            raise PlacementError(f"{each.id} is not about this text, or counts in another unit")
        pieces += [_whole(units[end:start], codec, each), each.suggested]
        end = stop
    return "".join((*pieces, units[end:].decode(codec)))


def _whole(units: bytes, codec: str, suggestion: Suggestion) -> str:
    try:
        return units.decode(codec)
    except UnicodeDecodeError:
        raise PlacementError(f"{suggestion.id} splits a character") from None

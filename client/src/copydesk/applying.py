"""Suggestions into a text."""

from collections.abc import Iterable

from copydesk.errors.own import PlacementError
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
    units = text.encode(codec, "surrogatepass")
    pieces, end = [], 0
    for each in sorted(suggestions, key=lambda suggestion: suggestion.start):
        start, stop = each.start * width, each.end * width
        if start < end:
            raise PlacementError(f"{each.id} overlaps the suggestion before it")
        if units[start:stop] != each.original.encode(codec, "surrogatepass"):
            raise PlacementError(f"{each.id} is not about this text, or counts in another unit")
        pieces += [units[end:start], each.suggested.encode(codec, "surrogatepass")]
        end = stop
    return b"".join((*pieces, units[end:])).decode(codec, "surrogatepass")

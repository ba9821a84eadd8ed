"""Parts what a writer reads from the edits behind it, while a reply streams."""

from dataclasses import dataclass

import regex

# What models put around the marker to set its line apart: Markdown that does not hang on the word
# before it, a rule, the opening of a code fence. What ends the prose itself stays in the prose.
_LEAD = r"\s{0,64}(?:(?<!\S)[-*_]{3,8}\s{1,8})?(?:(?<!\S)(?P<fence>```\w{0,8})\s{1,8})?"
_DECORATION = r"(?:(?<!\S)[*#_>\[(\"'-]{1,8}[ \t]{0,4}|(?<!\S)`(?!`)){0,4}"
_BETWEEN = r"[ \t:*_`\"'(-]{1,6}"
_TAIL = r"[*_`:.\])>\"']{0,8}+(?=(?s:.))"  # to be seen whole, it needs a character behind it
_FENCE = regex.compile(r"(?<![^\n])```")
_LEAST_KNOWN = 3  # characters of the nonce that tell a cut marker from the word EDITS


@dataclass(frozen=True)
class SplitText:
    """The next pieces: of the prose, to be shown, and of the edits, which are not.

    Each piece of the edits but the first stands behind another marker, and begins anew.
    """

    prose: str = ""
    edits: tuple[str, ...] = ()


class MarkerSplitter:
    """Passes prose on at once, but for what may be the beginning of the marker.

    However a reply is cut into pieces, the same prose and the same edits come out of it.
    """

    def __init__(self, marker: str) -> None:
        """`marker` is two words: a name in any case, and a nonce."""
        name, nonce = marker.split(" ")
        named = rf"(?i:{name}){_BETWEEN}"
        self._marker = regex.compile(rf"{_LEAD}{_DECORATION}{named}{nonce}{_TAIL}")
        self._cut = regex.compile(rf"{named}{nonce[:_LEAST_KNOWN]}")
        self._seen = ""  # the last character that was passed on: it tells what hangs on it
        self._held = ""
        self._fences = 0
        self._is_over = False

    def feed(self, text: str) -> SplitText:
        """Return what this piece completes."""
        first, pieces = len(self._seen), []
        at, text = first, self._seen + self._held + text
        # Partial: a match that the end of the text cuts off counts as one, too.
        while (found := self._marker.search(text, at, partial=True)) and not found.partial:
            fences = self._fences + len(_FENCE.findall(text, first, found.start()))
            is_closed = found["fence"] and fences % 2  # the fence ends what the prose quotes
            pieces.append(text[at : found.end("fence") if is_closed else found.start()])
            at = found.end()
        end = found.start() if found else len(text)
        pieces.append(text[at:end])
        self._fences += len(_FENCE.findall(text, first, end))
        self._seen, self._held = text[max(0, end - 1) : end], text[end:]
        return self._parted(pieces)

    def close(self) -> SplitText:
        """Return what was held back, unless it is a marker that broke off."""
        held, self._held = self._held, ""
        return SplitText() if self._cut.search(held) else self._parted([held])

    def _parted(self, pieces: list[str]) -> SplitText:
        if self._is_over:
            return SplitText(edits=tuple(pieces))
        self._is_over = len(pieces) > 1
        return SplitText(pieces[0], tuple(pieces[1:]))

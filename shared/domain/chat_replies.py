"""Parts what a writer reads from the edits behind it, while a reply streams."""

from dataclasses import dataclass

import regex

# White space and Markdown may stand around the marker: models like to set a line apart.
_LEAD = r"[\s*#`_>-]{0,64}"
_LEAST_KNOWN = 3  # characters of the nonce that tell a cut marker from the word EDITS


@dataclass(frozen=True)
class SplitText:
    """The next pieces: of the prose, to be shown, and of the edits, which are not."""

    prose: str = ""
    edits: str = ""


class MarkerSplitter:
    """Passes prose on at once, but for what may be the beginning of the marker.

    However a reply is cut into pieces, the same prose and the same edits come out of it.
    """

    def __init__(self, marker: str) -> None:
        """`marker` is two words: a name in any case, and a nonce."""
        name, nonce = marker.split(" ")
        self._marker = regex.compile(rf"{_LEAD}(?i:{name})[ :*_`]{{1,4}}{nonce}")
        self._cut = regex.compile(rf"(?i:{name})[ :*_`]{{1,4}}{nonce[:_LEAST_KNOWN]}")
        self._held = ""
        self._is_over = False

    def feed(self, text: str) -> SplitText:
        """Return what this piece completes."""
        if self._is_over:
            return SplitText(edits=text)
        text = self._held + text
        # Partial: a match that the end of the text cuts off counts as one, too.
        found = self._marker.search(text, partial=True)
        if found is None:
            self._held = ""
            return SplitText(prose=text)
        if found.partial:
            self._held = text[found.start() :]
            return SplitText(prose=text[: found.start()])
        self._held, self._is_over = "", True
        return SplitText(text[: found.start()], text[found.end() :])

    def close(self) -> SplitText:
        """Return what was held back, unless it is a marker that broke off."""
        held, self._held = self._held, ""
        return SplitText() if self._cut.search(held) else SplitText(prose=held)

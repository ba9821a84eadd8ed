"""Tells what a model thinks aloud from what it says, while a reply streams."""

# In the tags of DeepSeek, Qwen and those who follow them; of Mistral's models; of some others.
_NAMES = ("think", "thinking", "thought", "reasoning")
_ENDS = {f"<{name}>": f"</{name}>" for name in _NAMES} | {"[THINK]": "[/THINK]"}
_MOST_LEAD = 64  # characters of white space before the tag


class ThoughtFilter:
    """Leaves out a block of thoughts at the very beginning of a reply, and nothing else.

    Nothing is given before it is clear that it is no thought, and nothing of a block that never
    ends, which the reply's own bound ends: whoever has only thought has said nothing. A tag
    anywhere else is a word as any other. The same comes out however the reply is cut.
    """

    def __init__(self) -> None:
        self._held = ""
        self._end: str | None = None  # the tag that ends the block, within one
        self._is_open = True  # a block may begin yet
        self._is_behind = False  # no word came behind the block so far

    def feed(self, text: str) -> str:
        """Return what is said in this piece."""
        if self._is_open:
            text = self._opened(self._held + text)
        if self._end:
            text = self._ended(self._held + text, self._end)
        if self._is_behind:
            text = text.lstrip()
            self._is_behind = not text
        return text

    def close(self) -> str:
        """Return what was held back: the beginning of a tag that came to nothing."""
        held, self._held = self._held, ""
        return "" if self._end else held

    def _opened(self, text: str) -> str:
        """Return what stands behind the tag that begins a block, or all if there is none."""
        said, self._held = text.lstrip(), ""
        known = _ENDS if len(text) - len(said) <= _MOST_LEAD else {}
        begun = next((tag for tag in known if said.startswith(tag)), None)
        if begun is None and any(tag.startswith(said) for tag in known):
            self._held = text
            return ""
        self._is_open = False
        if begun is None:
            return text
        self._end = known[begun]
        return said.removeprefix(begun)

    def _ended(self, text: str, end: str) -> str:
        """Return what stands behind the block's end; of the block, keep what may be part of it."""
        _, found, said = text.partition(end)
        self._held = "" if found else text[-(len(end) - 1) :]
        if found:
            self._end, self._is_behind = None, True
        return said

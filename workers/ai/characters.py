"""Puts together the characters that a server has cut."""


class WholeCharacters:
    """JSON lets a server send one character in two halves, each in a piece of its own."""

    def __init__(self) -> None:
        self._half = ""

    def take(self, text: str) -> str:
        """Return what is whole by now; half a character at the end waits for the next piece."""
        text = self._half + text
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        whole = text.removesuffix(self._half)
        return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

"""Bounds how deep the brackets of a reply stand within each other, while it streams."""

import re

# No reply that is asked for has more than four. A parser's time grows with the square of the depth,
# and one call of it may hold up every thread of the process.
DEEPEST = 100
_SIGN = re.compile(r'\\.?|["\[\]{}]', re.DOTALL)


class Nesting:
    """Counts brackets outside of strings, however the text is cut into pieces."""

    def __init__(self) -> None:
        self._depth = 0
        self._is_string = False
        self._half = ""  # a backslash, behind which the next character means itself

    def within(self, text: str) -> str:
        """Return as much of the next piece as is not too deep."""
        known = len(self._half)
        signs, self._half = _SIGN.finditer(self._half + text), ""
        for sign in signs:
            if sign[0] == '"':
                self._is_string = not self._is_string
            elif sign[0] == "\\":
                self._half = "\\"
            elif len(sign[0]) == 1 and not self._is_string:
                self._depth += 1 if sign[0] in "[{" else -1
            if self._depth > DEEPEST:
                return text[: sign.start() - known]
        return text

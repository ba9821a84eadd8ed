"""`text/event-stream`, as the HTML standard (9.2.6) has it read."""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Message:
    """An event of the stream; its id is the last one that was named, here or before."""

    name: str
    data: str = field(repr=False)
    last_id: str


class EventStreamParser:
    """Reads a stream in pieces that may be cut anywhere, in the midst of a character too."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun: list[str] = []  # of a line that has not ended yet
        self._is_first = True
        self._may_be_half_end = False
        self._name = ""
        self._data: list[str] = []
        self._last_id = ""

    def feed(self, piece: bytes) -> Iterator[Message]:
        """Yield the messages that are whole with this piece."""
        for line in self._lines(self._decoder.decode(piece)):
            if line:
                self._take(line)
            elif (message := self._dispatched()) is not None:
                yield message

    def _lines(self, text: str) -> Iterable[str]:
        if text and self._is_first:
            text, self._is_first = text.removeprefix("\ufeff"), False
        if text and self._may_be_half_end:
            text, self._may_be_half_end = text.removeprefix("\n"), False
        *ended, rest = _LINE_END.split(text)
        self._may_be_half_end = self._may_be_half_end or text.endswith("\r")
        for line in ended:
            yield "".join((*self._begun, line))
            self._begun.clear()
        if rest:
            self._begun.append(rest)

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name == "id" and "\0" not in value:
            self._last_id = value

    def _dispatched(self) -> Message | None:
        name, data = self._name or "message", self._data
        self._name, self._data = "", []
        return Message(name, "\n".join(data), self._last_id) if data else None

"""HTTP on bare sockets: hundreds of open streams that cost next to nothing.

Requests are HTTP/1.0, so that an answer ends with its connection and nothing is chunked.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson

_CONNECT_WITHIN_S = 5.0
_ANSWER_WITHIN_S = 60.0
_SILENCE_S = 40.0  # there is a comment every 15 s
_LIMIT = 16 * 1024 * 1024


class BrokenLineError(Exception):
    """The connection broke before the answer was whole."""


class RefusedError(BrokenLineError):
    """Nobody took the connection: the request was never sent."""


class UnansweredError(BrokenLineError):
    """The line was cut before the first byte of an answer, as when a listener ends."""


@dataclass(frozen=True)
class Request:
    """What to ask, and as whom."""

    method: str
    path: str
    session: str = ""
    headers: Mapping[str, str] | None = None
    body: bytes = b""

    def in_bytes(self) -> bytes:
        """Return it as it goes over the wire."""
        named = {"Host": "127.0.0.1", **(self.headers or {})}
        if self.session:
            named["X-Session-Id"] = self.session
        if self.body or self.method == "POST":
            named |= {"Content-Type": "application/json", "Content-Length": str(len(self.body))}
        lines = [f"{self.method} {self.path} HTTP/1.0", *(f"{k}: {v}" for k, v in named.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def json(self) -> dict:
        """Return the body's object."""
        return orjson.loads(self.body)


@dataclass(frozen=True)
class WireEvent:
    """An event of a stream, with its data as it came."""

    id: int
    name: str
    data: bytes


async def ask(port: int, request: Request) -> Answer:
    """Return the whole answer.

    :raises RefusedError: nobody listens
    :raises BrokenLineError: the connection broke in the middle
    """
    async with _asked(port, request) as (answer, reader):
        try:
            body = await asyncio.wait_for(reader.read(), _ANSWER_WITHIN_S)
        except (OSError, TimeoutError) as error:
            raise BrokenLineError from error
    if len(body) != int(answer.headers.get("content-length", len(body))):
        raise BrokenLineError
    return Answer(answer.status, answer.headers, body)


@asynccontextmanager
async def streaming(
    port: int, request: Request
) -> AsyncIterator[tuple[Answer, AsyncIterator[WireEvent]]]:
    """Give the head of the answer and its events; they end when the server or the line does.

    :raises RefusedError, BrokenLineError: as in `ask`
    """
    async with _asked(port, request) as (answer, reader):
        yield answer, _events(reader)


async def _events(reader: asyncio.StreamReader) -> AsyncIterator[WireEvent]:
    """Yield whole events only: half of one is no news."""
    while True:
        try:
            block = await asyncio.wait_for(reader.readuntil(b"\n\n"), _SILENCE_S)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return
        fields = dict(line.split(b": ", 1) for line in block.splitlines() if b": " in line)
        if b"id" in fields:
            yield WireEvent(int(fields[b"id"]), fields[b"event"].decode(), fields[b"data"])


@asynccontextmanager
async def _asked(port: int, request: Request) -> AsyncIterator[tuple[Answer, asyncio.StreamReader]]:
    reader, writer = await _connected(port)
    try:
        try:
            writer.write(request.in_bytes())
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _ANSWER_WITHIN_S)
        except (ConnectionResetError, asyncio.IncompleteReadError) as error:
            has_begun = bool(getattr(error, "partial", b""))
            raise (BrokenLineError if has_begun else UnansweredError) from error
        except (OSError, TimeoutError) as error:
            raise BrokenLineError from error
        yield _head(head), reader
    finally:
        writer.transport.abort()


async def _connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    opening = asyncio.open_connection("127.0.0.1", port, limit=_LIMIT)
    try:
        return await asyncio.wait_for(opening, _CONNECT_WITHIN_S)
    except (OSError, TimeoutError) as error:
        raise RefusedError from error


def _head(head: bytes) -> Answer:
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    named = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): text.strip() for name, _, text in named}
    return Answer(int(first.split()[1]), headers)

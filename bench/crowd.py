"""Many callers at once, all in one event loop."""

import asyncio
from dataclasses import dataclass

_LONGEST_S = 90.0
_OPENING_AT_ONCE = 100


@dataclass
class Caller:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, request: bytes) -> None:
        """Send a whole request."""
        self.writer.write(request)
        await self.writer.drain()

    async def read_to(self, mark: bytes) -> bytes:
        """Return what comes up to and with these bytes."""
        return await asyncio.wait_for(self.reader.readuntil(mark), _LONGEST_S)

    async def read_body(self) -> bytes:
        """Return the body of an answer that names its length."""
        head = (await self.read_to(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
        return await asyncio.wait_for(self.reader.readexactly(length), _LONGEST_S)


async def gather_callers(port: int, count: int) -> list[Caller]:
    """Return so many open connections."""
    door = asyncio.Semaphore(_OPENING_AT_ONCE)

    async def come() -> Caller:
        async with door:
            return Caller(*await asyncio.open_connection("127.0.0.1", port))

    return list(await asyncio.gather(*(come() for _ in range(count))))


def leave(callers: list[Caller]) -> None:
    """Hang up."""
    for caller in callers:
        caller.writer.close()

"""Sends requests as fast as they are answered, from a process of its own.

`python -m bench.load '{"port": …}'`: a Load in JSON comes in, a LoadResult goes out. Both sides of
a ratio meet the same bytes, and of every answer only the status and the length are read.
"""

import asyncio
import itertools
import json
import re
import sys
import time
from dataclasses import asdict, dataclass, field

from bench.texts import body_around_number

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_ID = re.compile(rb'"id":"(job_[0-9a-z]+)"')
_HEAD_END = b"\r\n\r\n"
_WARM_UP_S = 0.3


@dataclass(frozen=True)
class Load:
    """What to send: as many as come through in `for_s`, or `count` of them."""

    port: int
    path: str
    session: str = "none"
    status: int = 200
    connections: int = 24
    first_number: int = 0
    distinct: bool = False
    for_s: float | None = None
    count: int | None = None


@dataclass
class LoadResult:
    """What came back; a failure is an answer with any other status."""

    sent: int = 0  # with the warm-up
    done: int = 0
    failed: int = 0
    first_failure: str = ""
    elapsed_s: float = 0.0
    generator_cpu_s: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    @property
    def per_s(self) -> float:
        """Requests per second."""
        return self.done / self.elapsed_s

    @property
    def generator_share(self) -> float:
        """How much of a core the generator took: near 1 it was measured instead of the server."""
        return self.generator_cpu_s / self.elapsed_s


class Sender:
    """Makes the requests and counts the answers."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._numbers = itertools.count(load.first_number)
        start, self._body_end = body_around_number()
        self._start = _head(load) + start
        self._status = b"HTTP/1.1 %d" % load.status
        self._left = load.count if load.count is not None else sys.maxsize
        self.result = LoadResult()
        self.is_counting = load.count is not None
        self.stops_at_s = float("inf")

    def next_request(self) -> bytes | None:
        """Return the next request's bytes, or None when there is nothing more to send."""
        if self._left <= 0 or time.perf_counter() > self.stops_at_s:
            return None
        self._left -= 1
        number = next(self._numbers) if self._load.distinct else self._load.first_number
        return b"%s%015d%s" % (self._start, number, self._body_end)

    def note(self, answer: bytes, took_s: float) -> None:
        """Count an answer."""
        self.result.sent += 1
        if not self.is_counting:
            return
        self.result.done += 1
        self.result.latencies_ms.append(took_s * 1000)
        if not answer.startswith(self._status):
            self.result.failed += 1
            self.result.first_failure = self.result.first_failure or answer.decode()
        if self._load.count is not None and (found := _ID.search(answer)):
            self.result.ids.append(found[1].decode())


class Line(asyncio.Protocol):
    """One connection, with one request under way."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._read = b""
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take a part of the answer; after its end, send the next request."""
        self._read += data
        head_end = self._read.find(_HEAD_END)
        length = _LENGTH.search(self._read, 0, head_end) if head_end >= 0 else None
        if not length or len(self._read) < head_end + len(_HEAD_END) + int(length[1]):
            return
        self._sender.note(self._read, time.perf_counter() - self._sent_s)
        self._read = b""
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        """The server must not hang up in the middle."""
        if not self.over.done():
            self.over.set_exception(error or ConnectionError("the server hung up"))

    def _send(self) -> None:
        request = self._sender.next_request()
        if request is None:
            self.over.set_result(None)
            self._transport.close()
            return
        self._sent_s = time.perf_counter()
        self._transport.write(request)


async def run(load: Load) -> LoadResult:
    """Send the load and return what came back."""
    sender, loop = Sender(load), asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: Line(sender), "127.0.0.1", load.port)
        for _ in range(load.connections)
    ]
    if load.for_s:
        await asyncio.sleep(_WARM_UP_S)
        sender.is_counting = True
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    if load.for_s:
        sender.stops_at_s = began_s + load.for_s
    await asyncio.gather(*(line.over for _, line in opened))
    sender.result.elapsed_s = time.perf_counter() - began_s
    sender.result.generator_cpu_s = time.process_time() - began_cpu_s
    return sender.result


def _head(load: Load) -> bytes:
    start, end = body_around_number()
    length = len(start) + 15 + len(end)
    return (
        f"POST {load.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Session-Id: {load.session}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


if __name__ == "__main__":
    result = asyncio.run(run(Load(**json.loads(sys.argv[1]))))
    sys.stdout.write(json.dumps(asdict(result)))

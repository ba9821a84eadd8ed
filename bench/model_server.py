"""A model's server that costs little: replies encoded beforehand, streamed to any number.

`python -m bench.model_server PORT`. `GET /reset?gap_ms=50&first_ms=300` begins a new tally,
`GET /tally` shows it. Who asks for JSON gets the edits; who does not, as a chat, gets prose.
With `&window=600`, or `&bucket=600`, it takes no more than 600 calls a minute.
"""

import asyncio
import json
import re
import sys
import time
from dataclasses import asdict, dataclass, field

from bench.provider_limits import Bucket, ProviderLimits, Window
from bench.texts import ANSWER, pieces, reply

_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")
_GAPS = re.compile(rb"gap_ms=(\d+)&first_ms=(\d+)")
_LIMIT = re.compile(rb"(window|bucket)=(\d+)")
_HEAD_END = b"\r\n\r\n"
_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"transfer-encoding: chunked\r\n"
)
_TOO_MANY = b"HTTP/1.1 429 Too Many Requests\r\ncontent-length: 2\r\n"


@dataclass
class Tally:
    """What was asked since the last reset; moments are of CLOCK_MONOTONIC, in seconds."""

    calls: int = 0
    ended: int = 0
    refused: int = 0
    first_called_s: float = 0.0
    last_called_s: float = 0.0
    last_ended_s: float = 0.0
    last_sent_s: list[float] = field(default_factory=list)  # each piece of the last call


@dataclass(frozen=True)
class Reply:
    """One call that is being answered."""

    transport: asyncio.Transport
    tally: Tally
    began_s: float
    pieces: list[bytes]


class Model:
    """Streams the reply: the first piece after `first_s`, then one each `gap_s`."""

    def __init__(self) -> None:
        self.gap_s = self.first_s = 0.05
        self.tally = Tally()
        self.limits = ProviderLimits()
        self._edits, self._prose = _encoded(reply()), _encoded(ANSWER)
        self._end = _ending()

    def begin(self, transport: asyncio.Transport, body: bytes) -> None:
        """Answer one call."""
        now, tally = time.monotonic(), self.tally
        is_granted, told = self.limits.admit(1, now)
        headers = b"".join(f"{name}: {text}\r\n".encode() for name, text in told.items())
        if not is_granted:
            tally.refused += 1
            transport.write(_TOO_MANY + headers + b"\r\n{}")
            return
        tally.calls += 1
        tally.first_called_s = tally.first_called_s or now
        tally.last_called_s, tally.last_sent_s = now, []
        transport.write(_HEAD + headers + b"\r\n")
        asks_for_json = b'"response_format"' in body
        self._plan(Reply(transport, tally, now, self._edits if asks_for_json else self._prose), 0)

    def _plan(self, reply: Reply, nth: int) -> None:
        due_s = reply.began_s + self.first_s + nth * self.gap_s
        asyncio.get_running_loop().call_at(due_s, self._send, reply, nth)

    def _send(self, reply: Reply, nth: int) -> None:
        if reply.transport.is_closing():
            return
        now, is_last, tally = time.monotonic(), nth + 1 == len(reply.pieces), reply.tally
        reply.transport.write(reply.pieces[nth] + self._end if is_last else reply.pieces[nth])
        if tally.last_called_s == reply.began_s:
            tally.last_sent_s.append(now)
        if is_last:
            tally.ended += 1
            tally.last_ended_s = now
        else:
            self._plan(reply, nth + 1)


class Connection(asyncio.Protocol):
    """One caller."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to answer."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Answer when a request is complete; nobody sends a second one before the answer."""
        self._read += data
        head, found, body = self._read.partition(_HEAD_END)
        length = _LENGTH.search(head)
        if not found or len(body) < (int(length[1]) if length else 0):
            return
        self._read = b""
        if head.startswith(b"POST /v1/chat/completions"):
            self._model.begin(self._transport, body)
            return
        if gaps := _GAPS.search(head):
            self._model.gap_s, self._model.first_s = int(gaps[1]) / 1000, int(gaps[2]) / 1000
            self._model.tally = Tally()
            self._model.limits = _limits(_LIMIT.search(head))
        self._transport.write(_json_answer(asdict(self._model.tally)))


def _limits(asked: re.Match[bytes] | None) -> ProviderLimits:
    if asked is None:
        return ProviderLimits()
    per_minute = int(asked[2])
    a_second = per_minute / 60
    quota = Window(per_minute) if asked[1] == b"window" else Bucket(per_minute, a_second)
    return ProviderLimits(quota)


def _encoded(text: str) -> list[bytes]:
    first, *others = pieces(text)
    opening = _piece({"role": "assistant", "content": first})
    return [opening, *(_piece({"content": piece}) for piece in others)]


def _piece(delta: dict[str, str], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return _event({"choices": [choice], "usage": None})


def _ending() -> bytes:
    usage = {"prompt_tokens": 431, "completion_tokens": 147, "total_tokens": 578}
    return b"".join(
        (
            _piece({}, "stop"),
            _event({"choices": [], "usage": usage}),
            _http_chunk(b"data: [DONE]\n\n"),
            b"0\r\n\r\n",
        )
    )


def _event(fields: dict[str, object]) -> bytes:
    about = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "bench"}
    return _http_chunk(f"data: {json.dumps(about | fields)}\n\n".encode())


def _http_chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _json_answer(body: object) -> bytes:
    data = json.dumps(body).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
        len(data),
        data,
    )


async def serve(port: int) -> None:
    """Serve until the process is ended."""
    model = Model()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(model), "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))

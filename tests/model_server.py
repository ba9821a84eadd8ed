"""A model's server that does what a test tells it to, over real HTTP.

It speaks OpenAI's `POST /v1/chat/completions` with `stream: true`:

    with ModelServer() as server:
        server.plan(propose(edit("big", "large"), hold=hold))
        server.plan(lambda call: answer(429, headers={"Retry-After": "1"}))
        server.calls[0].text
"""

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn, Self

from tests.model_server_scripts import Call, Plan, Script, known_words

_LOOK_EVERY_S = 0.01
_LONGEST_HOLD_S = 60.0


class ModelServer:
    """Listens on a free loopback port, in a thread of this process."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._plan: Plan = known_words
        self._holds: list[threading.Event] = []
        self._ids = itertools.count(1)
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="model-server", daemon=True)
        self._is_up = threading.Event()
        self.base_url = ""

    def plan(self, plan: Plan) -> None:
        """Say how to answer all calls from now on."""
        self._plan = plan

    def reset(self) -> None:
        """Forget what was planned and called, and let go of all that is held."""
        for hold in self._holds:
            hold.set()
        self._holds.clear()
        self._plan = known_words
        self.calls = []

    def calls_about(self, words: str) -> list[Call]:
        """Return the calls whose text holds these words."""
        return [call for call in self.calls if words in call.text]

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.reset()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(self._connection, "127.0.0.1", 0, backlog=1024)
        )
        self.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        self._is_up.set()
        self._loop.run_forever()
        server.close()
        for task in self._open:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._open, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _connection(self) -> asyncio.StreamReaderProtocol:
        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = self._loop.create_task(self._serve(reader, writer))
            self._open.add(task)
            task.add_done_callback(self._open.discard)

        return asyncio.StreamReaderProtocol(_Reader(), begin)

    async def _serve(self, reader: "_Reader", writer: asyncio.StreamWriter) -> None:
        try:
            while (call := await _read_call(reader)) is not None:
                self.calls.append(call)
                plan = self._plan
                script = plan if isinstance(plan, Script) else plan(call)
                if script.hold:
                    self._holds.append(script.hold)
                await _Answer(call, reader, writer, f"chatcmpl-{next(self._ids)}").give(script)
        except (ConnectionError, asyncio.IncompleteReadError, _HungUpError):
            pass
        finally:
            writer.close()


class _HungUpError(Exception):
    """One side is gone, or is to be."""


class _Reader(asyncio.StreamReader):
    """Knows at once that the client is gone."""

    def __init__(self) -> None:
        super().__init__(limit=64 * 1024 * 1024)
        self.ended = asyncio.Event()

    def feed_eof(self) -> None:
        super().feed_eof()
        self.ended.set()

    def set_exception(self, exc: Exception) -> None:
        super().set_exception(exc)
        self.ended.set()


async def _read_call(reader: _Reader) -> Call | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    lines = head.decode("latin-1").split("\r\n")
    assert lines[0] == "POST /v1/chat/completions HTTP/1.1", lines[0]
    headers = dict(_header(line) for line in lines[1:] if line)
    body = await reader.readexactly(int(headers["content-length"]))
    return Call(json.loads(body), headers, time.monotonic())


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


class _Answer:
    """Writes one answer, and notes when the client does not stay for all of it."""

    def __init__(
        self, call: Call, reader: _Reader, writer: asyncio.StreamWriter, reply_id: str
    ) -> None:
        self._call = call
        self._reader = reader
        self._writer = writer
        self._id = reply_id

    async def give(self, script: Script) -> None:
        """Answer as the script says.

        :raises _HungUpError: one side is gone
        """
        try:
            await self._give(script)
        except ConnectionError:
            self._note_hang_up()

    async def _give(self, script: Script) -> None:
        await self._sleep(script.before_headers_s)
        if script.silent:
            raise _HungUpError
        if script.hang:
            await self._sleep(_LONGEST_HOLD_S)
        if script.body is not None:
            self._say_at_once(script)
        else:
            await self._stream(script)
        await self._writer.drain()
        self._call.answered_at = time.monotonic()

    def _say_at_once(self, script: Script) -> None:
        body = (script.body or "").encode()
        headers = {"Content-Type": "application/json", **script.headers}
        self._head(script.status, {**headers, "Content-Length": str(len(body))})
        self._writer.write(body)

    async def _stream(self, script: Script) -> None:
        headers = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}
        self._head(script.status, {**headers, **script.headers})
        await self._sleep(script.before_first_s)
        self._chunk({"role": "assistant", "content": "", "refusal": None})
        for number, text in enumerate(script.chunks, 1):
            if number == len(script.chunks):
                await self._wait_for(script.hold)
            self._chunk({"content": text})
            await self._sleep(script.between_s)
        if script.refusal is not None:
            if not script.chunks:
                await self._wait_for(script.hold)
            self._chunk({"refusal": script.refusal})
        if script.cut:
            self._write('data: {"id": "chatcmpl-')
            raise _HungUpError
        if script.finish:
            self._chunk({}, finish=script.finish)
        self._count(script)
        self._write("data: [DONE]\n\n")
        self._writer.write(b"0\r\n\r\n")

    def _count(self, script: Script) -> None:
        """Tell the usage, where it was asked for, in a chunk without choices."""
        wanted = (self._call.body.get("stream_options") or {}).get("include_usage")
        if not (wanted and script.counts):
            return
        asked = sum(len(message["content"]) for message in self._call.messages)
        told = sum(map(len, script.chunks)) + len(script.refusal or "")
        usage = {
            "prompt_tokens": asked // 4 + 1,
            "completion_tokens": told // 4 + 1,
            "total_tokens": asked // 4 + told // 4 + 2,
            "prompt_tokens_details": {"cached_tokens": 0},
        }
        self._data({"choices": [], "usage": usage})

    def _chunk(self, delta: dict[str, Any], *, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        self._data({"choices": [choice], "usage": None})

    def _data(self, fields: dict[str, Any]) -> None:
        common = {"id": self._id, "object": "chat.completion.chunk", "created": 1_790_000_000}
        chunk = common | {"model": self._call.body["model"]} | fields
        self._write(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n")

    def _write(self, text: str) -> None:
        data = text.encode()
        self._writer.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} Told", *(f"{name}: {text}" for name, text in headers.items())]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    async def _wait_for(self, hold: threading.Event | None) -> None:
        ends_at = time.monotonic() + _LONGEST_HOLD_S
        while hold and not hold.is_set() and time.monotonic() < ends_at:
            await asyncio.sleep(_LOOK_EVERY_S)
            await self._sleep(0)

    async def _sleep(self, seconds: float) -> None:
        """Wait, unless the client goes meanwhile."""
        if seconds:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._reader.ended.wait(), seconds)
        if self._reader.ended.is_set():
            self._note_hang_up()

    def _note_hang_up(self) -> NoReturn:
        self._call.hung_up_at = time.monotonic()
        raise _HungUpError

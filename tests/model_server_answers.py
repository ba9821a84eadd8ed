"""How the model's server of the tests writes an answer, and hears that nobody waits for it."""

import asyncio
import json
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn

from tests.model_server_scripts import Call, Script, answer

_LOOK_EVERY_S = 0.01
_LONGEST_HOLD_S = 240.0  # nearly as long as a test may take


class HungUpError(Exception):
    """One side is gone, or is to be."""


class Reader(asyncio.StreamReader):
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


class Answer:
    """Writes one answer, and notes when the client does not stay for all of it."""

    def __init__(
        self, call: Call, reader: Reader, writer: asyncio.StreamWriter, reply_id: str
    ) -> None:
        self._call = call
        self._reader = reader
        self._writer = writer
        self._id = reply_id

    async def give(self, script: Script) -> None:
        """Answer as the script says.

        :raises HungUpError: one side is gone
        """
        try:
            await self._give(script)
        except ConnectionError:
            self._note_hang_up()

    async def _give(self, script: Script) -> None:
        await self._sleep(script.before_headers_s)
        if script.silent:
            raise HungUpError
        if script.hang:
            await self._wait_for(script.hold)
            script = answer(400)  # the test is over, and nobody is to ask again
        if script.body is not None:
            self._say_at_once(script)
        else:
            await self._stream(script)
        await self._writer.drain()
        self._call.answered_at = time.monotonic()

    def _say_at_once(self, script: Script) -> None:
        body = script.body if isinstance(script.body, bytes) else (script.body or "").encode()
        headers = {"Content-Type": "application/json", **script.headers}
        self._head(script.status, {**headers, "Content-Length": str(len(body))})
        self._writer.write(body)

    async def _stream(self, script: Script) -> None:
        headers = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}
        self._head(script.status, {**headers, **script.headers})
        await self._sleep(script.before_first_s)
        self._chunk({"role": "assistant", "content": "", "refusal": None})
        await self._say(script)
        if script.refusal is not None:
            if not script.chunks:
                await self._wait_for(script.hold)
            self._chunk({"refusal": script.refusal})
        if script.cut:
            self._write('data: {"id": "chatcmpl-')
            raise HungUpError
        if script.finish:
            self._chunk({}, finish=script.finish)
        self._count(script)
        self._write("data: [DONE]\n\n")
        self._writer.write(b"0\r\n\r\n")

    async def _say(self, script: Script) -> None:
        for thought in script.thoughts:
            self._chunk({"reasoning_content": thought})
        for number, text in enumerate(script.chunks, 1):
            if number == len(script.chunks):
                await self._wait_for(script.hold)
            self._chunk({"content": text})
            await self._sleep(script.between_s)

    def _count(self, script: Script) -> None:
        """Tell the usage, where it was asked for, in a chunk without choices."""
        wanted = (self._call.body.get("stream_options") or {}).get("include_usage")
        if not (wanted and script.counts):
            return
        told = sum(map(len, script.chunks)) + len(script.refusal or "")
        usage = {
            "prompt_tokens": self._call.input_tokens,
            "completion_tokens": told // 4 + 1,
            "total_tokens": self._call.input_tokens + told // 4 + 1,
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
        raise HungUpError

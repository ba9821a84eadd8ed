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
from collections.abc import Callable
from dataclasses import replace
from typing import Self

from tests.model_server_answers import Answer, HungUpError, Reader
from tests.model_server_scripts import Call, Plan, Script, known_words


class ModelServer:
    """Listens on a free loopback port, in a thread of this process."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._plan: Plan = known_words
        self._holds: list[threading.Event] = []
        self.on_reset: list[Callable[[], object]] = []  # what else is to be forgotten then
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
        for forget in self.on_reset:
            forget()
        self.calls = []

    def calls_about(self, words: str) -> list[Call]:
        """Return the calls whose text, or in a chat whose question, holds these words."""
        return [c for c in self.calls if words in (c.asked if c.is_chat else c.text)]

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_up.wait(60)
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

        return asyncio.StreamReaderProtocol(Reader(), begin)

    async def _serve(self, reader: Reader, writer: asyncio.StreamWriter) -> None:
        try:
            while (call := await _read_call(reader)) is not None:
                call.peer_port = writer.get_extra_info("peername")[1]
                self.calls.append(call)
                plan = self._plan
                script = plan if isinstance(plan, Script) else plan(call)
                if script.hang and not script.hold:
                    script = replace(script, hold=threading.Event())
                if script.hold:
                    self._holds.append(script.hold)
                await Answer(call, reader, writer, f"chatcmpl-{next(self._ids)}").give(script)
        except (ConnectionError, asyncio.IncompleteReadError, HungUpError):
            pass
        finally:
            writer.close()


async def _read_call(reader: Reader) -> Call | None:
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

"""The driver for those who await."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any, TypeVar

import httpx

from copydesk.calls.wire import Call, Page
from copydesk.errors.own import ConnectionFailedError
from copydesk.lines import http
from copydesk.models.accounts import Credentials
from copydesk.models.jobs import Event
from copydesk.protocol.following import Following
from copydesk.protocol.steps import Do, Pause, Renew, Send, Step, Steps
from copydesk.terms import DeskOptions

T = TypeVar("T")


class AsyncLine:
    """A line to the server, for any number of tasks of one event loop."""

    def __init__(self, url: str, options: DeskOptions) -> None:
        self.url = http.shown(url)
        self.exchange = http.new_exchange(options)
        self._http = httpx.AsyncClient(**http.client_options(url, options))
        self._timeout_s = options.get("timeout", http.TIMEOUT_S)
        self._renewal = asyncio.Lock()

    @property
    def credentials(self) -> Credentials:
        """What lets one in at the moment."""
        return self.exchange.credentials

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def do(self, call: Call[T]) -> T:
        """Return what the call gives."""
        return await self.run(self.exchange.carry_out(call))

    async def run(self, steps: Steps[T]) -> T:
        """Take the steps, and return what they come to."""
        given: Any = None
        failed: ConnectionFailedError | None = None
        try:
            while True:
                step = steps.throw(failed) if failed else steps.send(given)
                given, failed = await self._take(step)
        except StopIteration as end:
            found: T = end.value
            return found

    async def each(self, page_at: Callable[[str | None], Call[Page[T]]]) -> AsyncIterator[T]:
        """Go through a list, page by page."""
        page = await self.do(page_at(None))
        for item in page.items:
            yield item
        while page.next_cursor:
            page = await self.do(page_at(page.next_cursor))
            for item in page.items:
                yield item

    async def follow(self, following: Following) -> AsyncGenerator[Event, None]:
        """Yield the events, over as many connections as it takes."""
        while not following.is_over:
            step: Step
            options = http.stream_options(following.request(), self._timeout_s)
            try:
                async with self._http.stream(**options) as response:
                    if response.status_code == 200:
                        async for piece in response.aiter_bytes():
                            for event in following.read(piece):
                                yield event
                            if following.is_done:
                                break
                        step = following.closed()
                    else:
                        await response.aread()
                        step = following.refused(http.answer_of(response))
            except httpx.RequestError as error:
                step = following.lost(http.failure(error))
            await self._take(step)

    async def _take(self, step: Step) -> tuple[Any, ConnectionFailedError | None]:
        match step:
            case Send(request):
                try:
                    options = http.request_options(request, self._timeout_s)
                    return http.answer_of(await self._http.request(**options)), None
                except httpx.RequestError as error:
                    return None, http.failure(error)
            case Do(call):
                return await self.do(call), None
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Renew(spent):
                async with self._renewal:
                    await self.run(self.exchange.renew(spent))
        return None, None

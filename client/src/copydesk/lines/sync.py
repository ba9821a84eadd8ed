"""The driver for those who wait."""

import threading
import time
from collections.abc import Callable, Generator, Iterator
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


class Line:
    """A line to the server, for any number of threads."""

    def __init__(self, url: str, options: DeskOptions) -> None:
        self.url = http.shown(url)
        self.exchange = http.new_exchange(options)
        self._http = httpx.Client(**http.client_options(url, options))
        self._timeout_s = options.get("timeout", http.TIMEOUT_S)
        self._renewal = threading.Lock()

    @property
    def credentials(self) -> Credentials:
        """What lets one in at the moment."""
        return self.exchange.credentials

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def do(self, call: Call[T]) -> T:
        """Return what the call gives."""
        return self.run(self.exchange.carry_out(call))

    def run(self, steps: Steps[T]) -> T:
        """Take the steps, and return what they come to."""
        given: Any = None
        failed: ConnectionFailedError | None = None
        try:
            while True:
                step = steps.throw(failed) if failed else steps.send(given)
                given, failed = self._take(step)
        except StopIteration as end:
            found: T = end.value
            return found

    def each(self, page_at: Callable[[str | None], Call[Page[T]]]) -> Iterator[T]:
        """Go through a list, page by page."""
        page = self.do(page_at(None))
        yield from page.items
        while page.next_cursor:
            page = self.do(page_at(page.next_cursor))
            yield from page.items

    def follow(self, following: Following) -> Generator[Event, None, None]:
        """Yield the events, over as many connections as it takes."""
        while not following.is_over:
            step: Step
            options = http.stream_options(following.request(), self._timeout_s)
            try:
                with self._http.stream(**options) as response:
                    if response.status_code == 200:
                        for piece in response.iter_bytes():
                            yield from following.read(piece)
                            if following.is_done:
                                break
                        step = following.closed()
                    else:
                        response.read()
                        step = following.refused(http.answer_of(response))
            except httpx.RequestError as error:
                step = following.lost(http.failure(error))
            self._take(step)

    def _take(self, step: Step) -> tuple[Any, ConnectionFailedError | None]:
        match step:
            case Send(request):
                try:
                    options = http.request_options(request, self._timeout_s)
                    return http.answer_of(self._http.request(**options)), None
                except httpx.RequestError as error:
                    return None, http.failure(error)
            case Do(call):
                return self.do(call), None
            case Pause(seconds):
                time.sleep(seconds)
            case Renew(spent):
                with self._renewal:
                    self.run(self.exchange.renew(spent))
        return None, None

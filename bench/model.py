"""Steers the model's server from outside."""

import json
import time

from bench.client import get
from bench.model_server import Tally
from bench.processes import BenchError

_WITHIN_S = 120.0


class ModelServer:
    """The server that both sides call."""

    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self.pid = pid

    @property
    def base_url(self) -> str:
        """What the OpenAI SDK is given."""
        return f"http://127.0.0.1:{self.port}/v1"

    def reset(self, *, gap_ms: int, first_ms: int | None = None, limit: str = "") -> None:
        """Begin a new tally; pieces come `gap_ms` apart from now on, and so long after the call.

        `limit` is `window=600` or `bucket=600`: so many calls a minute.
        """
        first_ms = gap_ms if first_ms is None else first_ms
        get(self.port, f"/reset?gap_ms={gap_ms}&first_ms={first_ms}&{limit}")

    def tally(self) -> Tally:
        """Return what was asked since the last reset."""
        return Tally(**json.loads(get(self.port, "/tally")))

    def wait_for(self, ended: int) -> Tally:
        """Return the tally once so many replies were given to their end.

        :raises BenchError: they were not
        """
        gives_up_at = time.monotonic() + _WITHIN_S
        while (tally := self.tally()).ended < ended:
            if time.monotonic() > gives_up_at:
                raise BenchError(f"{tally.ended} of {ended} calls ended")
            time.sleep(0.05)
        return tally

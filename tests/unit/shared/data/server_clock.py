"""A clock in place of Redis's own, by which a slow machine lapses no lease and fills no bucket."""

import time
from importlib import resources

from shared.data.redis import scripts

_OF_THE_SERVER = """local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
"""
_OF_THE_TEST = """local told_now = table.remove(ARGV) + 0
local function clock()
  return told_now
end
"""


class ServerClock:
    """What every script takes for the time that is loaded while it is in use."""

    def __init__(self, tick_ms=1):
        self.now_ms = int(time.time() * 1000)
        self.tick_ms = tick_ms
        self._load, self._source = scripts.load, scripts._source

    def use(self, monkeypatch):
        lib = resources.files(scripts.__package__) / "lua" / "lib" / "clock.lua"
        assert _OF_THE_SERVER in lib.read_text()
        monkeypatch.setattr(scripts, "_source", self.source)
        monkeypatch.setattr(scripts, "load", self.load)

    def time(self):
        """Return what a client is told that asks for the time."""
        return self.now_ms // 1000, self.now_ms % 1000 * 1000

    def source(self, name):
        return self._source(name).replace(_OF_THE_SERVER, _OF_THE_TEST)

    def load(self, redis, name):
        """Return the script, which takes a tick."""
        run = self._load(redis, name)
        if _OF_THE_SERVER not in self._source(name):
            return run

        def run_now(*, keys, args):
            self.now_ms += self.tick_ms
            return run(keys=keys, args=[*args, self.now_ms])

        return run_now

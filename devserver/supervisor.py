"""All the programs of the house: started in order, kept running, stopped in the opposite order."""

import asyncio
from collections.abc import Iterable, Mapping

from devserver.keeper import Keeper, Program
from devserver.output import Output


class Supervisor:
    """Keeps tiers of programs; a later tier rests on the earlier ones."""

    def __init__(self, env: Mapping[str, str], output: Output) -> None:
        self._env = env
        self._output = output
        self._tiers: list[list[Keeper]] = []

    def start(self, programs: Iterable[Program]) -> None:
        """Keep these running; they will be stopped together, and before those started earlier."""
        self._tiers.append([Keeper(each, self._env, self._output) for each in programs])

    def up_s(self, name: str) -> float:
        """How long that program has been running, in seconds; 0 while it is not."""
        keepers = (keeper for tier in self._tiers for keeper in tier)
        return next((each.up_s for each in keepers if each.program.name == name), 0.0)

    async def stop(self) -> None:
        """End every program, the latest tier first, each tier only when the one above is gone."""
        while self._tiers:
            await asyncio.gather(*(keeper.stop() for keeper in self._tiers[-1]))
            self._tiers.pop()

    def hurry(self) -> None:
        """Give no more time to anything but the first tier, which has the data to write."""
        for tier in self._tiers[1:]:
            for keeper in tier:
                keeper.kill()

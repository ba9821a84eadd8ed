"""Loads the Lua scripts, with the pieces that they share."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from typing import Any

from redis import Redis

from shared.data.redis.client import unavailable_when_away

_NEEDS = re.compile(r"^-- needs: (.+)$", re.MULTILINE)

Script = Callable[..., Any]


def load(redis: Redis, name: str) -> Script:
    """Return the script as a callable that takes `keys` and `args`.

    The callable raises StoreUnavailableError when Redis is away.
    """
    script = redis.register_script(_source(name))

    def run(*, keys: Sequence[str], args: Sequence[Any]) -> Any:
        with unavailable_when_away():
            return script(keys=keys, args=args)

    return run


@cache
def _source(name: str) -> str:
    """The first line says what a full Redis does with the script.

    What makes new work is refused as a whole, before it has begun; what ends work makes room, and
    runs all the same (`allow-oom`). With `-- needs: a, b` those of lua/lib stand before it.
    """
    folder = resources.files("shared.data.redis") / "lua"
    flags, _, text = (folder / f"{name}.lua").read_text().partition("\n")
    needed = _NEEDS.search(text)
    pieces = [piece.strip() for piece in needed[1].split(",")] if needed else []
    shared = [(folder / "lib" / f"{piece}.lua").read_text() for piece in pieces]
    return "\n".join([flags, *shared, text])

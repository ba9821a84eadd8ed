"""Each Lua script has all that it calls before it: Redis finds out only when it runs."""

import re

import pytest

from shared.data.redis import scripts
from tests.stack import ROOT

LUA = ROOT / "shared/data/redis/lua"
_DEFINES = re.compile(r"^(?:local )?function (\w+)", re.MULTILINE)
SHARED = {
    name for piece in (LUA / "lib").glob("*.lua") for name in _DEFINES.findall(piece.read_text())
}


@pytest.mark.parametrize("name", sorted(path.stem for path in LUA.glob("*.lua")))
def test_a_script_needs_whatever_it_calls(name):
    source = re.sub(r"--.*", "", scripts._source(name))
    for called in SHARED:
        first = re.search(rf"(?<!function )\b{called}\(", source)
        made = re.search(
            rf"function {called}\(|^local [\w, ]*\b{called}\b[\w, ]*$", source, re.MULTILINE
        )

        assert not first or (made and made.start() < first.start()), called

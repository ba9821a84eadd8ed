"""A model that takes the call and never comes to an end."""

from tests.chaos.house import Plan
from tests.chaos.rows import Row, Scene
from tests.model_server_scripts import Call, Script, hang, known_words, say

_ONE_IN = 50


def _never(_: Call) -> Script:
    return hang()


def _drip(call: Call) -> Script:
    """One character a second: each in time, and the whole of it never."""
    return say(*"".join(known_words(call).chunks), between_s=1.0)


def _hang(scene: Scene) -> None:
    count = len(scene.orders)
    for first, answer in ((0, _never), (_ONE_IN // 2, _drip)):
        numbers = range(first, count, _ONE_IN)
        scene.expect(numbers, "PROVIDER_TIMEOUT", answer)
        scene.tally.count("hanging calls", len(numbers))


# Elsewhere a job that several processes die under has five times as long, on a slow machine too.
_USUAL_TIMES = {"PROVIDER_TIMEOUT_SCALE": "1"}
ROWS = {"hang": Row(prepare=_hang, plan=Plan(settings=_USUAL_TIMES), runs_at_once=True)}

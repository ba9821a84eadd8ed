"""A model that takes the call and never comes to an end."""

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


ROWS = {"hang": Row(prepare=_hang, runs_at_once=True, patience_s=200.0)}

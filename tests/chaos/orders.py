"""What is asked for in a run: texts, when they are sent, and how the model answers each."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from tests.model_server_scripts import Call, Script, known_words

_TEXT = "The big plan for {key} is to utilize what is approximately right, and to commence at once."
_KEY = re.compile(r"The big plan for (\S+) is")
_PIECES = 14  # about as many as the model says of such a text
_SHORTEST_S, _LONGEST_S = 0.5, 3.0


@dataclass(frozen=True)
class Order:
    """One job to ask for, or a batch of so many sections; `at_s` counts from the load's begin."""

    key: str
    at_s: float
    status: str = "succeeded"
    code: str | None = None
    sections: int = 0

    @property
    def path(self) -> str:
        """Where to ask for it."""
        return "/api/v1/batches" if self.sections else "/api/v1/suggestions"

    @property
    def body(self) -> bytes:
        """The request; no other order has the same text, and no two sections have."""
        prompt = {"type": "template", "id": "more-professional"}
        if not self.sections:
            return orjson.dumps({"document": {"content": text_of(self.key)}, "prompt": prompt})
        keys = section_keys(self.key, self.sections)
        sections = [{"custom_id": key, "content": text_of(key)} for key in keys]
        return orjson.dumps({"sections": sections, "prompt": prompt})


def text_of(key: str) -> str:
    """Return the text of an order or a section."""
    return _TEXT.format(key=key)


def section_keys(key: str, sections: int) -> list[str]:
    """Return the keys of a batch's sections, in their order."""
    return [f"{key}.{n}" for n in range(1, sections + 1)]


def make_orders(prefix: str, count: int, within_s: float, chance: random.Random) -> list[Order]:
    """Return orders that come at random moments."""
    moments = sorted(chance.uniform(0, within_s) for _ in range(count))
    return [Order(f"{prefix}-{number}", at_s) for number, at_s in enumerate(moments)]


def key_of(call: Call) -> str:
    """Return the key of the order that the model is asked about."""
    found = _KEY.search(call.text)
    assert found, "no text of this load"
    return found[1]


@dataclass(frozen=True)
class Model:
    """Answers in a time that follows from the seed, but for the `odd` keys, answered as told."""

    seed: int
    odd: Mapping[str, Callable[[Call], Script]]
    note: Callable[[str], None]
    slowness: float = 1.0

    def __call__(self, call: Call) -> Script:
        key = key_of(call)
        self.note(key)
        if key in self.odd:
            return self.odd[key](call)
        chance = random.Random(f"{self.seed} {key}")
        takes_s = self.slowness * chance.uniform(_SHORTEST_S, _LONGEST_S)
        pause_s = takes_s * chance.uniform(0, 0.4)
        between_s = (takes_s - pause_s) / _PIECES
        return known_words(call, before_first_s=pause_s, between_s=between_s)

"""The phrases and crafts of the keyless engine, read from the data beside this module."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain
from typing import Any

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class PhraseGroup:
    """Phrases of one kind, and what must hold around them."""

    category: str
    explanation: str
    unless_before: frozenset[str] = frozenset()
    unless_after: frozenset[str] = frozenset()
    before_ending: str = ""
    opens_sentence: bool = False
    comma: bool = False
    goes_on: bool = False


@dataclass(frozen=True)
class PhraseRule:
    """A phrase and its replacements, the best one first; an empty one drops the phrase."""

    phrase: str
    words: tuple[str, ...]
    replacements: tuple[str, ...]
    group: PhraseGroup


@dataclass(frozen=True)
class Craft:
    """How the rules serve one template."""

    phrases: tuple[PhraseRule, ...]
    lints: frozenset[str]


def load_crafts() -> Mapping[str, Craft]:
    """Return what the rules can do, by template id."""
    here = files(__package__)
    data = tomllib.loads(here.joinpath("crafts.toml").read_text("utf-8"))
    rules = {
        file.name.removesuffix(".toml"): tuple(_rules(file.read_text("utf-8"), data["slots"]))
        for file in here.joinpath("phrases").iterdir()
        if file.name.endswith(".toml")
    }
    return {template_id: _craft(record, rules) for template_id, record in data["crafts"].items()}


def _craft(record: Mapping[str, Sequence[str]], rules: Mapping[str, Sequence[PhraseRule]]) -> Craft:
    return Craft(
        phrases=tuple(chain.from_iterable(rules[name] for name in record["phrases"])),
        lints=frozenset(record["lints"]),
    )


def _rules(text: str, slots: Mapping[str, Sequence[str]]) -> Iterator[PhraseRule]:
    data = tomllib.loads(text)
    defaults = {"category": data["category"], "explanation": data["explanation"]}
    for record in data["groups"]:
        group = _group(defaults | record)
        for pair in record["pairs"]:
            for phrase, *replacements in _fill(pair, slots):
                words = tuple(phrase.lower().split())
                yield PhraseRule(phrase, words, tuple(replacements), group)


def _group(record: Mapping[str, Any]) -> PhraseGroup:
    settings = {key: value for key, value in record.items() if key != "pairs"}
    for key in ("unless_before", "unless_after"):
        settings[key] = frozenset(settings.get(key, ()))
    return PhraseGroup(**settings)


def _fill(pair: Sequence[str], slots: Mapping[str, Sequence[str]]) -> Iterator[Sequence[str]]:
    """Yield the pair once for each word of the list that its slot names."""
    slot = _SLOT.search(pair[0])
    if not slot:
        yield pair
        return
    for word in slots[slot[1]]:
        yield [text.replace(slot[0], word) for text in pair]

from itertools import chain

import pytest

from shared.domain.prompt_templates import system_templates
from shared.domain.text import Span
from workers.ai.offline.passages import passages
from workers.ai.offline.phrase_book import PhraseBook
from workers.ai.offline.phrase_data import load_crafts

CRAFTS = load_crafts()
CATEGORIES = {"clarity", "grammar", "punctuation", "spelling", "tone", "wordiness"}


def test_every_craft_serves_a_template():
    ids = {template.id for template in system_templates()}

    assert set(CRAFTS) == ids - {"friendlier", "active-voice"}


@pytest.mark.parametrize("craft", CRAFTS.values(), ids=CRAFTS)
class TestACraft:
    def test_it_knows_each_phrase_once(self, craft):
        phrases = [rule.words for rule in craft.phrases]

        assert len(phrases) == len(set(phrases))

    def test_each_phrase_becomes_something_else(self, craft):
        assert all(rule.replacements for rule in craft.phrases)
        assert all(rule.phrase not in rule.replacements for rule in craft.phrases)

    def test_every_slot_is_filled(self, craft):
        texts = chain.from_iterable((rule.phrase, *rule.replacements) for rule in craft.phrases)

        assert not any("{" in text for text in texts)

    def test_the_categories_are_a_small_set(self, craft):
        assert {rule.group.category for rule in craft.phrases} | craft.lints <= CATEGORIES


def test_what_is_shorter_is_shorter():
    rules = CRAFTS["shorter"].phrases

    assert [rule for rule in rules if len(rule.replacements[0]) >= len(rule.phrase)] == []


@pytest.mark.usefixtures("not_quadratic")
def test_it_finds_every_phrase_of_25_000_words():
    book = PhraseBook(CRAFTS["more-professional"].phrases)
    content = "We met a lot of people in the course of the day, in order to talk. " * 1563

    found = [
        one for area in passages(content, Span(0, len(content))) for one in book.find(content, area)
    ]

    assert len(found) == 3 * 1563

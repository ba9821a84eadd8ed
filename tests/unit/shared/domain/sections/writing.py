"""Writes texts that are like those of people: hardly two sentences are the same."""

import random

_SYLLABLES = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sta", "tre", "vi", "zo"]


class Writer:
    """Writes the same for the same seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def word(self):
        return "".join(self.random.choices(_SYLLABLES, k=self.random.randint(1, 3)))

    def words(self, number):
        return " ".join(self.word() for _ in range(number))

    def sentence(self):
        return self.words(self.random.randint(5, 20)).capitalize()

    def paragraph(self, sentences=None):
        number = sentences or self.random.randint(1, 8)
        return " ".join(f"{self.sentence()}." for _ in range(number))

    def list_of(self, items):
        return "\n".join(f"- {self.sentence()}" for _ in range(items))

    def table_of(self, rows):
        cells = (f"| {self.words(3)} | {self.words(4)} |" for _ in range(rows))
        return "\n".join(["| a | b |", "| - | - |", *cells])

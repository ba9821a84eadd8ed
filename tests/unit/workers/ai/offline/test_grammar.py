from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.domain.text import Span
from tests.unit.workers.ai.offline.asking import changes, edits, place, rewrite


def fixes(editor, text):
    return changes(editor, text, "fix-grammar")


class TestSpelling:
    def test_it_corrects_a_slip(self, editor):
        (edit,) = edits(editor, "We will recieve the parcel.", "fix-grammar")

        assert (edit.original, edit.suggested) == ("recieve", "receive")
        assert (edit.category, edit.explanation) == ("spelling", "“recieve” looks misspelled.")

    @pytest.mark.parametrize(
        ("wrong", "right"),
        [
            ("definately", "definitely"),
            ("freind", "friend"),
            ("goverment", "government"),
            ("untill", "until"),
            ("tommorow", "tomorrow"),
            ("writting", "writing"),
            ("dont", "don't"),
        ],
    )
    def test_it_knows_how_people_slip(self, editor, wrong, right):
        assert (wrong, right) in fixes(editor, f"They said that they {wrong} would be there.")

    @pytest.mark.parametrize(
        "word",
        ["Okonkwo", "DuplicateKeyError", "csv", "foo_barr", "README.mdd", "RECIEVE", "codegen"],
    )
    def test_names_code_and_terms_are_their_owners_affair(self, editor, word):
        assert fixes(editor, f"We looked at the {word} again and it was fine.") == []

    @pytest.mark.parametrize("word", ["colour", "color", "organise", "organize", "grey", "gray"])
    def test_both_sides_of_the_atlantic_spell_well(self, editor, word):
        assert fixes(editor, f"We will {word} it.") == []

    def test_who_writes_a_word_three_times_means_it(self, editor):
        assert fixes(editor, "The freind is new. A freind rings. We like the freind.") == []


class TestGrammar:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("I has an idea.", "I have an idea."),
            ("She ate a apple.", "She ate an apple."),
            ("I would of come.", "I would have come."),
            ("We saw the the dog.", "We saw the dog."),
            ("He left the office , and went.", "He left the office, and went."),
            ("It ended. then we left.", "It ended. Then we left."),
            ("Their are many reasons.", "There are many reasons."),
            ("However it rained.", "However, it rained."),
        ],
    )
    def test_it_corrects(self, editor, before, after):
        assert rewrite(editor, before, "fix-grammar") == after

    def test_it_counts_code_points(self, editor):
        text = "😀👩\u200d👩\u200d👧 She go home. 🎉 I recieve e\u0301clairs."
        placed = place(editor, text, "fix-grammar").suggestions

        assert [(one.original, one.span.of(text)) for one in placed] == [
            ("go", "go"),
            ("recieve", "recieve"),
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "We sent a SHA and a MAC to them.",
            "We use e.g. apples, pears, etc. and they keep well.",
            "apples, pears and plums",
            "We run codegen and main.exe on it.",
            "The two 3rd-party tools and/or the R&D team.",
        ],
    )
    def test_it_is_silent_where_it_cannot_know(self, editor, text):
        assert fixes(editor, text) == []

    def test_it_sees_the_paragraph_and_edits_the_selection(self, editor):
        text = "They was late and she go home."

        assert changes(editor, text, "fix-grammar", Span(18, 30)) == [("go", "goes")]


@pytest.mark.parametrize(
    "text",
    [
        "Das ist ein ganz normaler Satz, der auf Deutsch geschrieben wurde, und mehr nicht.",
        "Esto es un texto normal en español, con palabras que nadie debe corregir nunca.",
        "Wir treffen uns morgen.",
    ],
)
def test_another_language_is_left_alone(editor, text):
    assert fixes(editor, text) == []


def test_threads_share_the_linters(editor):
    texts = [f"She go home {count} times." for count in range(24)]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda text: fixes(editor, text), texts))

    assert found == [[("go", "goes")]] * 24

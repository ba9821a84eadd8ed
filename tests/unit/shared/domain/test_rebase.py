import pytest

from shared.domain.alignments import Words
from shared.domain.rebase import Quote, Rebased, RebaseState, rebase
from shared.domain.text import Span
from tests.unit.shared.domain.edit_history import History, dice, edit, quotes_in, text_of

OLD = "The crew saw a big plan on the table, and nobody spoke of it for a long time after that."


def quote(text, original, nth=0):
    at = -1
    for _ in range(nth + 1):
        at = text.index(original, at + 1)
    return Quote(original, Span(at, at + len(original)))


def rebased(new, original="big plan", old=OLD):
    (one,) = rebase(old, new, [quote(old, original)])
    return one.state.value, one.span and one.span.of(new)


class TestRebase:
    def test_it_tells_what_stays_and_what_moves(self):
        assert rebased(OLD) == ("unchanged", "big plan")
        assert rebased(OLD + " Then we left.") == ("unchanged", "big plan")
        assert rebased("Listen: " + OLD) == ("moved", "big plan")
        assert rebased(OLD.replace("saw", "never saw")) == ("moved", "big plan")

    def test_it_tells_what_was_edited_and_what_was_taken_out(self):
        assert rebased(OLD.replace("big plan", "big old plan")) == ("conflicted", None)
        assert rebased(OLD.replace("plan", "plant")) == ("conflicted", None)
        assert rebased(OLD.replace("big plan", "bog plan")) == ("conflicted", None)
        assert rebased(OLD.replace("a big plan on ", "")) == ("gone", None)
        assert rebased(OLD.replace("big plan", "rat")) == ("conflicted", None)

    @pytest.mark.parametrize("twin", ["big plan big plan", "big plan, big plan"])
    def test_it_does_not_choose_between_the_words_and_their_twin_beside_them(self, twin):
        assert rebased(OLD.replace("big plan", twin)) == ("conflicted", None)
        assert rebased(OLD.replace("big plan", "big big plan"), "big") == ("conflicted", None)

    def test_it_does_not_choose_between_the_words_and_nearly_the_same_beside_them(self):
        old = OLD.replace("plan", "figure. people saw")
        new = old.replace("people saw", "people saw figure. people saws")

        assert rebased(new, "figure. people saw", old) == ("conflicted", None)

    def test_it_leaves_a_word_alone_that_could_be_cut_by_what_was_put_in(self):
        new = (
            OLD.replace("table", "ta[ble, and so I saw no ta]ble").replace("[", "").replace("]", "")
        )

        assert rebased(new, "on the table") == ("conflicted", None)
        assert rebased(OLD.replace("saw", "saw\u0301e saw"), "saw") == ("conflicted", None)
        assert rebased(OLD.replace("a big", "a bit or a big")) == ("conflicted", None)

    def test_it_does_not_choose_between_a_passage_and_its_copy(self):
        old = f"{OLD} {' '.join(f'More of it, {number} times.' for number in range(20))}"

        assert rebased(f"{old} {OLD}", old=old) == ("conflicted", None)

    def test_it_does_not_choose_between_a_paragraph_and_its_copy_with_a_sentence_between(self):
        old = f"We met at noon. {OLD}"

        assert rebased(f"{old} He sat. {OLD} He sat.", "crew", old) == ("conflicted", None)

    def test_it_leaves_words_alone_that_have_too_few_untouched_ones_beside_them(self):
        new = OLD.replace("saw a", "met one").replace("table, and nobody", "table; so I")

        assert rebased(new, "big plan on the table") == ("conflicted", None)

    def test_it_does_not_trust_a_passage_that_stands_elsewhere_too_beside_an_edit(self):
        old = OLD + " Late at the end of the day we slept. They ate at the end of the day and sang."
        new = old.replace("They ate at the end of the day and", "He drank at the end of the day or")

        (one,) = rebase(old, new, [quote(old, "day", 1)])
        assert one == Rebased(RebaseState.CONFLICTED)

    def test_it_is_not_confused_by_the_same_words_far_away(self):
        assert rebased("A big plan is a good plan, they all say. " + OLD) == ("moved", "big plan")

    def test_it_does_not_take_words_that_were_written_anew(self):
        new = "We all left early. Then he told me of his big plan to go home."

        assert rebased(new) == ("conflicted", None)

    def test_it_follows_the_right_one_of_many_equal_words(self):
        old = "".join(f"It was {number} and big. " for number in range(50))
        new = old.replace("It was 7 and big. ", "").replace("30 and", "thirty and")
        (one,) = rebase(old, new, [quote(old, "big", 40)])

        assert one.span == quote(new, "big", 39).span

    def test_it_leaves_a_text_of_one_phrase_alone(self):
        old = "the big plan " * 100

        assert rebased(old + "the big plan ", old=old) == ("conflicted", None)

    def test_it_cuts_no_grapheme(self):
        assert rebased(OLD.replace("plan ", "plan\u0301 ")) == ("conflicted", None)
        old = OLD.replace("nobody", "\U0001f468")
        new = old.replace("\U0001f468", "\U0001f468\u200d\U0001f467")
        assert rebased(new, "\U0001f468", old) == ("conflicted", None)

    def test_it_cuts_no_grapheme_of_a_text_that_stayed_as_it_was(self):
        text = "A cafe\u0301 by the river."

        assert rebased(text, "e", text) == ("conflicted", None)

    def test_it_survives_another_kind_of_line_break(self):
        old = "".join(
            f"Line {number} has a few words in it, all of them small.\n" for number in "1234"
        )
        new = old.replace("\n", "\r\n")
        (one,) = rebase(old, new, [quote(old, "few words", 2)])

        assert one == Rebased(RebaseState.MOVED, quote(new, "few words", 2).span)

    def test_it_reads_a_script_without_spaces_character_by_character(self):
        old = "\u6211\u4eec\u6628\u5929\u5728\u6d77\u8fb9\u770b\u5230\u4e86\u4e00\u8258\u5927\u8239"

        assert rebased("\u542c\uff01" + old, "\u6d77\u8fb9", old)[0] == "moved"

    @pytest.mark.parametrize("span", [Span(5, 5), Span(-1, 3), Span(0, 500), Span(3, 7)])
    def test_it_gives_no_place_to_what_did_not_stand_in_the_old_text(self, span):
        assert rebase(OLD, "x" + OLD, [Quote("big", span)])[0].state is RebaseState.CONFLICTED


@pytest.mark.usefixtures("not_quadratic")
class TestSpeed:
    def test_it_finds_nearly_all_in_25_000_words(self):
        random = dice(1)
        history = History(text_of(random, 25_000))
        quotes = quotes_in(random, history.old, 20)
        for _ in range(50):
            edit(random, history, quotes)
        told = rebase(history.old, history.new, quotes)

        assert sum(one.span is not None for one in told) >= 18

    @pytest.mark.parametrize("letters", ["ab ", "a", "\U0001f1eb", "a \n"])
    def test_it_gives_up_on_hostile_texts(self, letters):
        random = dice(2)
        old, new = ("".join(random.choices(letters, k=400_000)) for _ in range(2))
        quotes = [Quote(old[at : at + 9], Span(at, at + 9)) for at in range(0, 200_000, 10_000)]
        told = rebase(old, new, quotes)

        assert all(one.span is None or one.span.of(new) == one.span.of(old) for one in told)

    def test_it_ends_for_a_thousand_suggestions_beside_one_large_edit(self):
        old = " ".join(f"word{number}" for number in range(40))
        put_in = "".join(f"new{number % 900} x{number} " for number in range(60_000))
        new = old.replace("word20", put_in + "word20")
        told = rebase(old, new, [quote(old, f"word{16 + n % 8}") for n in range(1_000)])

        assert told[0] == Rebased(RebaseState.UNCHANGED, quote(old, "word16").span)

    def test_it_gives_up_on_texts_of_too_many_words(self, monkeypatch):
        monkeypatch.setattr("shared.domain.alignments._CODES", 10)

        assert rebased("Listen: " + OLD) == ("conflicted", None)

    def test_words_never_have_the_code_of_a_surrogate(self):
        words = Words(" ".join(f"w{number}" for number in range(60_000)), {})

        assert words.codes.encode("utf-8")

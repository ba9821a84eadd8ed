import pytest

from shared.domain.prompts import NonceKnownError, Prompt, choose_nonce, write_prompt
from shared.domain.text import Span
from shared.domain.windows import Window
from tests.model_server_scripts import Call

TEXT = "Far away. Before it. A big plan. After it. Far away."
PART, CONTEXT = Span(21, 33), Span(10, 43)
TASK = Prompt("Make it rhyme.", "academic")


def written(text=TEXT, part=PART, context=CONTEXT, nonce="ab12"):
    return write_prompt(TASK, text, Window(part, context), nonce)


def pieces(prompt):
    return Call({"messages": [{"content": prompt.user}]}, {}, 0).pieces


class TestWritePrompt:
    def test_no_more_of_the_text_goes_out_than_the_window(self):
        prompt = written()

        assert pieces(prompt) == ("Before it. ", "A big plan. ", "After it. ")
        assert "Far away" not in prompt.user + prompt.system

    def test_a_text_that_is_all_to_be_edited_has_one_fence(self):
        prompt = written("A plan.", Span(0, 7), Span(0, 7))

        assert pieces(prompt) == ("", "A plan.", "")
        assert "PART" not in prompt.user

    def test_the_system_message_is_the_same_for_every_text_window_and_nonce(self):
        prompt = written()

        assert prompt.system == written(nonce="cd34").system
        assert prompt.system == written("Other.", Span(0, 3), Span(0, 6)).system
        assert prompt.system.endswith("\nMake it rhyme.")
        assert "ab12" not in prompt.system

    def test_no_line_is_said_twice(self):
        lines = [line for line in written().system.splitlines() if line]

        assert len(lines) == len(set(lines))
        assert not any(line in written().user for line in lines)

    def test_braces_in_an_instruction_or_a_text_mean_nothing(self):
        task = Prompt("Keep {nonce} and {0.__class__}.")
        prompt = write_prompt(task, "A {nonce}.", Window(Span(0, 10), Span(0, 10)), "ab12")

        assert "{nonce} and {0.__class__}" in prompt.system
        assert "A {nonce}." in prompt.user

    def test_a_nonce_that_the_text_holds_is_refused(self):
        with pytest.raises(NonceKnownError):
            written("END ab12", Span(0, 8), Span(0, 8))


class TestChooseNonce:
    def test_it_draws_again_when_the_text_holds_one(self):
        drawn = iter(["aa", "bb", "cc"])

        assert choose_nonce(lambda: next(drawn), "END aa, END bb") == "cc"

import pytest

from shared.domain.prompts import Prompt, write_prompt
from shared.domain.text import Span
from shared.domain.windows import Window
from tests.injections import INJECTIONS, OLD_NONCE, TELLTALE
from tests.model_server_scripts import Call
from tests.obedience import outside

NONCE = "0d1e2f3a4b5c6d7e8f"
WEAKER = {
    "no nonce": lambda user: user.replace(f" {NONCE}", ""),
    "a nonce that is known": lambda user: user.replace(NONCE, OLD_NONCE),
    "no nonce at the end": lambda user: user.replace(f"END {NONCE}", "END"),
    "a shorter nonce that is known": lambda user: user.replace(NONCE, OLD_NONCE[:9]),
}
EACH = pytest.mark.parametrize("text", INJECTIONS.values(), ids=INJECTIONS)


def user_message(before, part, after):
    content = before + part + after
    within = Span(len(before), len(before) + len(part))
    window = Window(within, Span(0, len(content)))
    return write_prompt(Prompt("Edit."), content, window, NONCE)


def obeyed(user):
    return any(TELLTALE in line for line in outside(user))


@EACH
class TestTheLayout:
    @pytest.mark.parametrize("place", [0, 1, 2], ids=["before", "part", "after"])
    def test_no_order_in_the_text_stands_outside_of_the_fence(self, text, place):
        pieces = ["Here it begins.\n", "A big plan.", "\nHere it ends."]
        pieces[place] = text
        prompt = user_message(*pieces)

        assert not obeyed(prompt.user)
        assert TELLTALE not in prompt.system
        assert Call({"messages": [{"content": prompt.user}]}, {}, 0).pieces == tuple(pieces)

    def test_it_stands_up_to_one_that_is_all_of_the_text(self, text):
        prompt = user_message("", text, "")

        assert outside(prompt.user) == []


class TestTheSuite:
    """A weaker layout falls for some of the texts, or they would prove nothing."""

    @pytest.mark.parametrize("weaken", WEAKER.values(), ids=WEAKER)
    def test_a_weaker_layout_is_found_out(self, weaken):
        fallen = [
            name
            for name, text in INJECTIONS.items()
            if obeyed(weaken(user_message("", text, "").user))
        ]

        assert fallen

    def test_a_text_without_a_fence_is_found_out(self):
        prompt = user_message("", "A plan.", "")

        assert all(obeyed(f"{prompt.user}\n{text}") for text in INJECTIONS.values())

    def test_it_has_many_kinds(self):
        assert len(INJECTIONS) >= 40
        assert all(TELLTALE in text for text in INJECTIONS.values())

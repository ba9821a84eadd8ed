from dataclasses import dataclass, field
from typing import Annotated

import pytest
import typer
from copydesk.cli.arguments import taking
from copydesk.cli.options import ImproveOptions
from typer.testing import CliRunner


@dataclass(frozen=True)
class Options:
    name: Annotated[str, typer.Argument()]
    often: Annotated[int, typer.Option("--often", "-o")] = 1
    more: Annotated[list[str], typer.Option()] = field(default_factory=list)


@pytest.fixture
def run():
    app, taken = typer.Typer(), []
    app.command()(taking(Options)(taken.append))
    return lambda *words: (CliRunner().invoke(app, words).exit_code, taken)


class TestTaking:
    def test_it_gives_the_command_what_was_said(self, run):
        assert run("a", "-o", "2", "--more", "x", "--more", "y") == (
            0,
            [Options("a", 2, ["x", "y"])],
        )

    def test_it_gives_the_defaults(self, run):
        assert run("a") == (0, [Options("a")])

    def test_it_refuses_what_is_no_option(self, run):
        assert run("a", "--none") == (2, [])


class TestImproveOptions:
    def test_the_server_is_told_a_template_by_default(self):
        assert ImproveOptions(["a"], param=["tone=very = calm"]).terms == {
            "template": "clearer",
            "parameters": {"tone": "very = calm"},
            "on_error": "continue",
            "offset_encoding": "codepoint",
            "max_suggestions": 100,
        }

    def test_a_prompt_takes_its_place(self):
        terms = ImproveOptions(["a"], prompt="Plain words", max_cost=0.5).terms

        assert terms["prompt"] == "Plain words"
        assert "template" not in terms
        assert terms["max_cost_usd"] == 0.5

    @pytest.mark.parametrize(
        ("options", "fault"),
        [
            ({"template": "a", "prompt": "b"}, "--template and --prompt"),
            ({"files": ["-"], "apply": True}, "cannot be written into"),
            ({"files": ["-"], "interactive": True}, "keyboard"),
            ({"files": ["a", "a"]}, "named once"),
            ({"param": ["a"]}, "NAME=VALUE"),
            ({"watch": True, "interactive": True}, "--watch"),
        ],
    )
    def test_it_says_what_does_not_go_together(self, options, fault):
        assert fault in (ImproveOptions(**({"files": ["a"]} | options)).faults() or "")

    def test_it_has_nothing_to_say_against_the_rest(self):
        assert ImproveOptions(["a", "b"], apply=True, diff=True, check=True).faults() is None

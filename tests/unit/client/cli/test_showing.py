import io

import pytest
from copydesk.cli.showing import Showing, coloured_diff, visible
from copydesk.models.suggestions import Suggestion
from rich.console import Console

TEXT = "First line.\nThe big plan of [bold]ours[/].\n"
BIG = Suggestion("sg_1_1", "big", "significant", 16, 19, "It says more.", category="style")


def shown(suggestion, text=TEXT, **console):
    paper = io.StringIO()
    Showing("notes.md", text, Console(file=paper, **console)).show(suggestion)
    return paper.getvalue()


class TestShowing:
    def test_it_marks_the_words_where_there_are_no_colours(self):
        assert shown(BIG) == (
            "notes.md:2\n"
            "  The [-big-]{+significant+} plan of [bold]ours[/].\n"
            "  style  It says more.\n"
        )

    def test_those_of_one_line_stand_together(self):
        plan = Suggestion("sg_1_2", "plan", "idea", 20, 24, "It says more.", category="style")
        first = Suggestion("sg_1_3", "First", "1st", 0, 5)
        paper = io.StringIO()
        Showing("a", TEXT, Console(file=paper)).show_all([plan, BIG, first])

        assert paper.getvalue().splitlines() == [
            "a:1",
            "  [-First-]{+1st+} line.",
            "a:2",
            "  The [-big-]{+significant+} [-plan-]{+idea+} of [bold]ours[/].",
            "  style  It says more.",
        ]

    def test_it_colours_the_words_on_a_terminal(self):
        told = shown(BIG, force_terminal=True, color_system="standard", no_color=False)

        assert "\x1b[9;31mbig\x1b[0m\x1b[32msignificant\x1b[0m plan" in told

    def test_it_marks_the_words_where_colours_are_not_wanted(self):
        assert "[-big-]" in shown(BIG, force_terminal=True, no_color=True)

    def test_it_keeps_to_a_few_words_of_a_long_line(self):
        text = "word " * 100 + "big" + " word" * 100
        told = shown(Suggestion("a", "big", "vast", 500, 503), text)

        assert len(told) < 200
        assert told.count("…") == 2

    @pytest.mark.parametrize("harm", ["\x1b]0;pwned\x07", "\x9b31m", "\r", "\u202e"])
    def test_nothing_in_a_suggestion_steers_the_terminal(self, harm):
        bad = Suggestion("a", "big", f"{harm}x", 16, 19, f"why{harm}", category=harm)

        assert harm not in shown(bad)


def test_what_is_visible_stays_as_it_is():
    assert visible("naïve “quotes”\t日本\n") == "naïve “quotes”\t日本\n"


def test_a_diff_is_coloured_by_line():
    diff = coloured_diff(iter(["--- a\n", "+++ a\n", "@@ -1 +1 @@\n", "-a\n", "+b\n", " c\n"]))

    assert [str(span.style) for span in diff.spans] == ["bold", "bold", "cyan", "red", "green"]

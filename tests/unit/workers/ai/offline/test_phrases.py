import pytest

from tests.unit.workers.ai.offline.asking import changes, edits, rewrite


class TestHowAReplacementIsWritten:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("We met in order to talk.", "We met to talk."),
            ("In order to talk, we met.", "To talk, we met."),
            ("WE MET IN ORDER TO TALK.", "WE MET TO TALK."),
            ("- In order to talk, we met.", "- To talk, we met."),
            ("“Fine.” In order to talk, we met.", "“Fine.” To talk, we met."),
        ],
    )
    def test_it_keeps_the_case(self, editor, before, after):
        assert rewrite(editor, before, "shorter") == after

    @pytest.mark.parametrize("apostrophe", ["'", "\u2019"])
    def test_it_knows_both_apostrophes(self, editor, apostrophe):
        text = f"We can{apostrophe}t come."

        assert rewrite(editor, text, "academic") == "We cannot come."

    def test_it_leaves_an_initialism_in_lower_case(self, editor):
        assert changes(editor, "Reply ASAP.", "more-professional") == [
            ("ASAP", "as soon as possible")
        ]

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("It was a weird plan.", "It was an unusual plan."),
            ("An end result is near.", "A result is near."),
            ("It was a new innovation.", "It was an innovation."),
        ],
    )
    def test_it_mends_the_article_in_front(self, editor, before, after):
        assert rewrite(editor, before, "academic") == after

    def test_it_quotes_no_more_than_what_changes(self, editor):
        assert changes(editor, "We saw a lot of people.", "academic") == [("a lot of", "many")]


class TestWhatIsDropped:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("It is important to note that the shop is shut.", "The shop is shut."),
            ("Yet it should be noted that Ann came.", "Yet Ann came."),
            ("Needless to say, they won.", "They won."),
        ],
    )
    def test_it_leaves_no_gap_and_no_small_letter(self, editor, before, after):
        assert rewrite(editor, before, "shorter") == after

    @pytest.mark.parametrize(
        "text",
        [
            "It is important to note that iOS is out.",
            "It goes without saying that rain falls, and that snow melts.",
            "It should be noted that\nthe shop is shut.",
            "They won, needless to say.",
        ],
    )
    def test_it_stays_where_the_rest_would_not_stand(self, editor, text):
        assert rewrite(editor, text, "shorter") == text


class TestWhereAPhraseIsNone:
    @pytest.mark.parametrize(
        "text",
        [
            "The in-order-to clause.",
            "They work in order\nto live.",
            "In order, to talk is best.",
            "The book In Order To Live was new.",
            "A coincidence.",
        ],
    )
    def test_only_whole_words_in_a_row_count(self, editor, text):
        assert changes(editor, text, "shorter") == []

    @pytest.mark.parametrize(
        "text",
        [
            "Don't you agree?",
            "It works, doesn't it?",
            "It's gone.",
            "The till was empty.",
            "They must be able to go.",
            "They will have the ability to go.",
            "Make sure to call.",
            "The plan is a kind of hard bargain.",
        ],
    )
    def test_its_neighbours_have_a_say(self, editor, text):
        assert changes(editor, text, "academic") == []

    def test_of_two_phrases_the_longer_one_counts(self, editor):
        text = "The majority of the votes came late."

        assert rewrite(editor, text, "shorter") == "Most of the votes came late."


class TestWhatIsNeverTouched:
    @pytest.mark.parametrize(
        "quoted",
        [
            '"in order to"',
            '"I came in order to talk. It ended so',
            "“We met in order to talk”",
            "\u2018We don\u2019t meet in order to talk\u2019",
            "'We don't meet in order to talk'",
            "«in order to»",
            "„in order to“",
            "`in order to`",
            "<b title=in order to>",
            "[x](in_order_to)",
            "https://example.org/in order_to",
        ],
    )
    def test_quotations_and_code(self, editor, quoted):
        assert changes(editor, f"He said {quoted}", "shorter") == []

    @pytest.mark.parametrize(
        "block",
        [
            "> We met in order to talk.",
            "```\nin order to\n\nin order to\n```",
            "    x = in order to;",
        ],
    )
    def test_blocks_of_quotation_and_code(self, editor, block):
        assert changes(editor, f"Look:\n\n{block}\n\nFine.", "shorter") == []

    def test_a_quotation_ends_with_its_paragraph(self, editor):
        text = '"It was late.\n\nWe met in order to talk.'

        assert changes(editor, text, "shorter") == [("in order to", "to")]

    def test_an_inch_and_a_possessive_open_no_quotation(self, editor):
        text = "The 5\" pipe and the boys' tools came in order to help."

        assert changes(editor, text, "shorter") == [("in order to", "to")]


def test_an_explanation_names_the_words(editor):
    (edit,) = edits(editor, "We are gonna win.", "more-professional")

    assert edit.explanation == "“gonna” is conversational; “going to” suits formal writing."

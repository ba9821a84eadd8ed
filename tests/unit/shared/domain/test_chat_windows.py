from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.chat import ChatMessage, Role, message_ids
from shared.domain.chat_windows import TOKENS_BESIDE_MESSAGE, History, choose_context
from shared.domain.text import Span

NO_DOCUMENT = "", Span(0, 0)
LONG = "".join(f"Sentence number {n} of a long text. " for n in range(1000))


def count(texts):
    """A token for each character keeps the sums easy."""
    return [len(text) for text in texts]


def turn(number, *, size=10, answered=True):
    """Return a turn, newest message first; both messages are of this size."""
    question_id, answer_id = message_ids(f"{number:032}")
    question = ChatMessage(question_id, Role.USER, f"q{number}".ljust(size))
    answer = ChatMessage(answer_id, Role.ASSISTANT, f"a{number}".ljust(size))
    return (answer, question) if answered else (question,)


def history(*turns, total=None):
    newest = tuple(message for one in reversed(turns) for message in one)
    return History(newest, len(newest) if total is None else total)


def said(context):
    return [message.content.strip() for message in context.history]


class TestHistory:
    def test_it_is_told_in_the_order_in_which_it_was_said(self):
        context = choose_context(history(turn(1), turn(2)), NO_DOCUMENT, 1000, count)

        assert said(context) == ["q1", "a1", "q2", "a2"]
        assert context.omitted_messages == 0

    def test_the_newest_turns_stay_whole_and_what_is_left_out_is_counted(self):
        cost = 2 * (10 + TOKENS_BESIDE_MESSAGE)
        turns = history(turn(1), turn(2), turn(3), total=50)
        fits = choose_context(turns, NO_DOCUMENT, 2 * cost, count)
        barely_not = choose_context(turns, NO_DOCUMENT, 2 * cost - 1, count)

        assert (said(fits), fits.omitted_messages) == (["q2", "a2", "q3", "a3"], 46)
        assert (said(barely_not), barely_not.omitted_messages) == (["q3", "a3"], 48)

    def test_a_long_turn_is_not_jumped_over(self):
        turns = history(turn(1), turn(2, size=5000), turn(3))

        assert said(choose_context(turns, NO_DOCUMENT, 1000, count)) == ["q3", "a3"]

    def test_an_answer_without_a_word_is_none(self):
        question, wordless = turn(2)[1], replace(turn(2)[0], content="")
        context = choose_context(history(turn(1), (wordless, question)), NO_DOCUMENT, 1000, count)

        assert (said(context), context.omitted_messages) == (["q1", "a1"], 2)

    def test_a_question_without_answer_is_no_turn(self):
        context = choose_context(
            history(turn(1), turn(2, answered=False)), NO_DOCUMENT, 1000, count
        )

        assert (said(context), context.omitted_messages) == (["q1", "a1"], 1)

    def test_an_answer_whose_question_is_out_of_sight_is_none_either(self):
        context = choose_context(History(turn(1)[:1], 2), NO_DOCUMENT, 1000, count)

        assert (said(context), context.omitted_messages) == ([], 2)


class TestDocument:
    def test_it_is_seen_whole_where_it_fits(self):
        context = choose_context(history(), ("A plan.", Span(0, 7)), 1000, count)

        assert (context.seen, context.is_cut) == (Span(0, 7), False)

    def test_a_long_one_is_seen_from_its_beginning(self):
        context = choose_context(history(), (LONG, Span(0, len(LONG))), 8000, count)

        assert context.seen.start == 0
        assert 5000 < context.seen.end <= 6000  # three quarters, in whole pieces
        assert context.is_cut

    def test_a_long_one_is_seen_around_what_is_selected(self):
        selected = Span(20_000, 20_010)
        context = choose_context(history(), (LONG, selected), 8000, count)
        before, after = selected.start - context.seen.start, context.seen.end - selected.end

        assert context.seen.contains(selected)
        assert min(before, after) > 1800
        assert context.seen.end - context.seen.start <= 6000

    def test_of_a_selection_that_is_too_long_the_beginning_is_seen(self):
        context = choose_context(history(), (LONG, Span(2000, 30_000)), 8000, count)

        assert context.seen.start <= 2000 < context.seen.end < 30_000

    def test_history_gets_what_it_leaves(self):
        turns = history(turn(1, size=900), turn(2, size=900))
        with_document = choose_context(turns, (LONG, Span(0, len(LONG))), 8000, count)

        assert said(with_document) == ["q2", "a2"]

    @given(st.text("ab \n\u00e9", max_size=4000), st.data(), st.integers(-500, 5000))
    def test_it_keeps_to_its_share_and_shows_where_the_selection_begins(self, text, data, budget):
        start = data.draw(st.integers(0, len(text)))
        within = Span(start, data.draw(st.integers(start, len(text))))
        seen = choose_context(history(), (text, within), budget, count).seen

        assert 0 <= seen.start <= seen.end <= len(text)
        assert seen.end - seen.start <= max(601, 512, int(budget * 0.75))
        if within.start < within.end:
            assert seen.start <= within.start < seen.end

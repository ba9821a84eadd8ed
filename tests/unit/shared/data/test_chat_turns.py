import pytest

from shared.data.mongo.chat_turns import Try, TurnRepository
from shared.data.mongo.conversations import ConversationRepository
from tests.unit.shared.data.chat_texts import ME, OTHER, a_turn

FIRST, SECOND = Try("job_1", 1), Try("job_1", 2)
LATER_JOB = Try("job_2", 1)


@pytest.fixture
def turns(database):
    return TurnRepository(database)


@pytest.fixture
def messages(database):
    """Return a function that gives all messages as they were said."""
    repository = ConversationRepository(database)

    def read(owner=ME):
        found = repository.messages("conv_1", owner=owner, limit=99)
        return [(m.role.value, m.content, m.stopped) for m in reversed(found)]

    return read


@pytest.fixture
def answer(turns):
    """Return a function that keeps an answer to a question that was asked."""
    turns.add_question(a_turn())

    def add(text, by=FIRST, *, stopped=False):
        turns.add_answer(a_turn(), text, stopped=stopped, by=by)

    return add


ASKED = ("user", "Question 1", False)


class TestQuestions:
    def test_one_that_is_kept_twice_stands_there_once(self, turns, messages):
        assert turns.add_question(a_turn())
        assert turns.add_question(a_turn())
        assert messages() == [ASKED]

    def test_one_in_a_conversation_that_is_not_there_is_refused(self, turns, messages):
        assert not turns.add_question(a_turn(2))
        assert messages() == []

    def test_one_in_somebody_elses_conversation_is_refused(self, turns, messages):
        turns.add_question(a_turn(1, owner=OTHER))

        assert not turns.add_question(a_turn(2))
        assert not turns.add_question(a_turn(3, is_first=True))
        assert messages(OTHER) == [ASKED]
        assert messages(ME) == []

    def test_the_document_is_kept_with_the_last_one_alone(self, turns, database):
        turns.add_question(a_turn(1, document="xyzzy"))
        turns.add_question(a_turn(2, document="A plan."))

        assert "xyzzy" not in str(list(database["messages"].find()))
        assert turns.last("conv_1", owner=ME) == a_turn(2, document="A plan.")


class TestLast:
    def test_it_is_the_newest_question_as_it_was_asked(self, turns, answer):
        answer("Answer")
        last = turns.last("conv_1", owner=ME)

        assert last.request == a_turn().request
        assert (last.answer_id, last.is_first) == (a_turn().answer_id, False)

    def test_somebody_elses_is_none(self, turns, answer):
        answer("Answer")

        assert turns.last("conv_1", owner=OTHER) is None
        assert turns.has(a_turn().answer_id, conversation_id="conv_1", owner=ME)
        assert not turns.has(a_turn().answer_id, conversation_id="conv_1", owner=OTHER)
        assert not turns.has(a_turn().answer_id, conversation_id="conv_2", owner=ME)


class TestHistory:
    def test_it_is_what_was_said_before(self, turns, answer):
        answer("Answer 1")
        turns.add_question(a_turn(2))
        turns.add_question(a_turn(3))
        found = turns.history(a_turn(2))

        assert [message.content for message in found.newest] == ["Answer 1", "Question 1"]
        assert found.total == 2

    def test_of_a_long_one_the_newest_are_given_and_all_are_counted(self, turns, database):
        turns.add_question(a_turn(1))
        for number in range(2, 120):
            turns.add_question(a_turn(number))
        found = turns.history(a_turn(119))

        assert (len(found.newest), found.total) == (100, 118)
        assert found.newest[0].content == "Question 118"


class TestAnswers:
    def test_one_that_is_kept_twice_stands_there_once(self, answer, messages):
        answer("Yes")
        answer("Yes")

        assert messages() == [ASKED, ("assistant", "Yes", False)]

    @pytest.mark.parametrize("later", [SECOND, LATER_JOB])
    def test_a_later_try_has_the_last_word(self, answer, messages, later):
        answer("Early")
        answer("Late", by=later)
        answer("Too late", by=FIRST)

        assert messages() == [ASKED, ("assistant", "Late", False)]

    def test_one_that_broke_off_says_so_until_there_is_a_whole_one(self, answer, messages):
        answer("Ye", stopped=True)
        before = messages()
        answer("Yes", by=LATER_JOB)

        assert before == [ASKED, ("assistant", "Ye", True)]
        assert messages() == [ASKED, ("assistant", "Yes", False)]

    def test_one_that_broke_off_takes_the_place_of_no_whole_one(self, answer, messages):
        answer("Yes")
        answer("N", by=LATER_JOB, stopped=True)

        assert messages() == [ASKED, ("assistant", "Yes", False)]

    def test_a_whole_one_takes_the_place_of_a_later_one_that_broke_off(self, answer, messages):
        answer("N", by=LATER_JOB, stopped=True)
        answer("Yes")

        assert messages() == [ASKED, ("assistant", "Yes", False)]

    def test_of_one_job_the_later_claim_has_the_last_word_even_broken_off(self, answer, messages):
        answer("N", by=SECOND, stopped=True)
        answer("Yes")

        assert messages() == [ASKED, ("assistant", "N", True)]

    def test_one_that_broke_off_takes_the_place_of_another(self, answer, messages):
        answer("Ye", stopped=True)
        answer("No", by=LATER_JOB, stopped=True)

        assert messages() == [ASKED, ("assistant", "No", True)]

from dataclasses import replace

import pytest

from shared.data.mongo.chat_turns import Try, TurnRepository
from shared.data.mongo.conversations import ConversationRepository
from tests.unit.shared.data.chat_texts import ME, OTHER, a_turn

TRY = Try("job_1", 1)


@pytest.fixture
def turns(database):
    return TurnRepository(database)


@pytest.fixture
def conversations(database):
    return ConversationRepository(database)


def begin(turns, count, owner=ME):
    """Begin conversations, the oldest first, and return their ids."""
    begun = [replace(a_turn(n, owner=owner), is_first=True) for n in range(1, count + 1)]
    named = [replace(turn, conversation_id=f"conv_{owner}{n}") for n, turn in enumerate(begun)]
    assert all(turns.add_question(turn) for turn in named)
    return [turn.conversation_id for turn in named]


class TestReading:
    def test_they_come_newest_first_and_page_by_page(self, conversations, turns):
        ids = begin(turns, 3)
        page = conversations.newest(ME, limit=2)
        rest = conversations.newest(ME, limit=2, before=page[-1].id)

        assert [c.id for c in (*page, *rest)] == ids[::-1]
        assert page[0].title == "Question 3"
        assert page[0].created_ms > 1_700_000_000_000

    def test_messages_come_newest_first_and_page_by_page(self, conversations, turns):
        for number in (1, 2):
            turns.add_question(a_turn(number))
            turns.add_answer(a_turn(number), f"Answer {number}", stopped=False, by=TRY)
        page = conversations.messages("conv_1", owner=ME, limit=3)
        rest = conversations.messages("conv_1", owner=ME, limit=3, before=page[-1].id)

        assert [m.content for m in page] == ["Answer 2", "Question 2", "Answer 1"]
        assert [m.content for m in rest] == ["Question 1"]

    def test_somebody_elses_is_none_at_all(self, conversations, turns):
        (theirs,) = begin(turns, 1, owner=OTHER)

        assert conversations.newest(ME, limit=9) == []
        assert conversations.find(theirs, owner=ME) is None
        assert conversations.messages(theirs, owner=ME, limit=9) == []
        assert not conversations.delete(theirs, owner=ME)
        assert conversations.find(theirs, owner=OTHER)
        assert len(conversations.messages(theirs, owner=OTHER, limit=9)) == 1


class TestDelete:
    @pytest.fixture
    def deleted(self, conversations, turns):
        turns.add_question(a_turn(1))
        turns.add_answer(a_turn(1), "Answer 1", stopped=False, by=TRY)
        assert conversations.delete("conv_1", owner=ME)
        return conversations

    def test_nothing_of_it_is_left(self, deleted, database):
        assert deleted.find("conv_1", owner=ME) is None
        assert deleted.newest(ME, limit=9) == []
        assert database["messages"].count_documents({}) == 0
        (tombstone,) = database["conversations"].find()
        assert set(tombstone) == {"_id", "schema", "owner", "created_at", "deleted_at"}

    def test_a_second_time_there_is_none(self, deleted):
        assert not deleted.delete("conv_1", owner=ME)

    def test_a_job_that_still_runs_does_not_bring_it_back(self, deleted, turns, database):
        turns.add_answer(a_turn(1), "Late", stopped=False, by=TRY)

        assert not turns.add_question(a_turn(1))
        assert not turns.add_question(a_turn(2))
        assert deleted.find("conv_1", owner=ME) is None
        assert database["messages"].count_documents({}) == 0

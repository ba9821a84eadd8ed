"""Turns of a chat whose session becomes a user while they are written."""

import pytest

from shared.data.mongo.chat_turns import Try, TurnRepository
from shared.data.mongo.conversations import ConversationRepository
from shared.data.mongo.promotions import PromotionRepository
from tests.unit.shared.data.chat_texts import ME, a_turn

USER = "u" + "1" * 32
BY = Try("job_1", 1)
QUERIES = ["_write_question", "_write_answer", "_is_alive"]


@pytest.fixture
def turns(database):
    return TurnRepository(database)


@pytest.fixture
def conversations(database):
    return ConversationRepository(database)


@pytest.fixture
def move(database, conversations):
    """Return a function that moves all, as a promotion does."""

    def step():
        PromotionRepository(database).begin(ME, USER)
        conversations.move_owner(ME, USER)

    return step


@pytest.fixture
def move_behind(turns, move, monkeypatch):
    """Return a function that has all moved once, just behind one query of a write."""

    def happen(name):
        query, left = getattr(turns, name), [move]

        def then(*args):
            found = query(*args)
            if left:
                left.pop()()
            return found

        monkeypatch.setattr(turns, name, then)

    return happen


def said(conversations):
    found = conversations.messages("conv_1", owner=USER, limit=9)
    return [message.content for message in reversed(found)]


def owners(database):
    records = [*database["messages"].find(), *database["conversations"].find()]
    return {record["owner"] for record in records}


def test_an_answer_lands_where_the_question_went(turns, conversations, database, move):
    turns.add_question(a_turn())
    move()
    turns.add_answer(a_turn(), "Yes.", stopped=False, by=BY)

    assert said(conversations) == ["Question 1", "Yes."]
    assert owners(database) == {USER}


def test_a_question_that_comes_late_is_the_users(turns, conversations, database, move):
    move()
    kept = turns.add_question(a_turn())

    assert kept.owner == USER
    assert turns.history(a_turn(2, owner=USER)).total == 1
    assert said(conversations) == ["Question 1"]
    assert owners(database) == {USER}


@pytest.mark.parametrize("query", QUERIES)
def test_it_may_move_at_any_moment(turns, conversations, database, move_behind, query):
    move_behind(query)
    kept = turns.add_question(a_turn())
    turns.add_answer(kept, "Yes.", stopped=False, by=BY)

    assert said(conversations) == ["Question 1", "Yes."]
    assert owners(database) == {USER}


@pytest.mark.parametrize("has_begun", [True, False])
def test_what_was_said_before_is_whole_while_it_moves(turns, database, move_behind, has_begun):
    turns.add_question(a_turn())
    if has_begun:  # and has come as far as the message
        PromotionRepository(database).begin(ME, USER)
        database["messages"].update_many({}, {"$set": {"owner": USER}})
    else:
        move_behind("_history")

    assert turns.history(a_turn(2)).total == 1


def test_a_later_try_has_the_last_word_there_too(turns, conversations, move):
    turns.add_question(a_turn())
    turns.add_answer(a_turn(), "Y", stopped=True, by=BY)
    move()
    turns.add_answer(a_turn(), "Yes.", stopped=False, by=Try("job_1", 2))

    assert said(conversations) == ["Question 1", "Yes."]


def test_it_brings_back_none_that_the_user_deleted(turns, conversations, database, move):
    turns.add_question(a_turn())
    move()
    conversations.delete("conv_1", owner=USER)
    turns.add_answer(a_turn(), "Yes.", stopped=False, by=BY)

    assert turns.add_question(a_turn()) is None
    assert database["messages"].count_documents({}) == 0

"""Replies that no schema would let through, from servers that know none."""

import json
from types import SimpleNamespace

import ijson
import pytest

from shared.errors import NoValidSuggestionsError
from workers.ai.provider import Finished, TextDelta
from workers.ai.replies import ReplyReader

GOOD = '{"original":"big","suggested":"large"}'


@pytest.fixture
def seen(monkeypatch):
    """Return all that reaches the parser that streams."""
    sent, make = [], ijson.items_coro

    def watched(*args, **options):
        parser = make(*args, **options)
        return SimpleNamespace(
            send=lambda data: (sent.append(data), parser.send(data)), close=parser.close
        )

    monkeypatch.setattr(ijson, "items_coro", watched)
    return sent


def read(reply):
    return read_by(ReplyReader(), reply)


def read_by(reader, *pieces):
    edits = [edit for piece in pieces for edit in reader.feed(TextDelta(piece))]
    return [*edits, *reader.feed(Finished("stop")), *reader.close()]


@pytest.mark.parametrize("number", ["9" * 5000, "1e999999999999999999999", "-" + "1" * 40])
def test_a_number_of_any_size_costs_no_process(number):
    edits = read(f'{{"suggestions":[{{"n":{number},{GOOD[1:]}]}}')

    assert all(edit is None or edit.original == "big" for edit in edits)


@pytest.mark.parametrize("opening", ['{"a":[', "["])
def test_nesting_without_end_is_unreadable(opening):
    with pytest.raises(NoValidSuggestionsError):
        read('Hm {"suggestions":' + opening * 12_000)


def test_what_stood_before_nesting_without_end_is_kept():
    reader = ReplyReader()
    edits = read_by(reader, f'{{"suggestions":[{GOOD},', '{"a":[' * 200)

    assert [edit.original for edit in edits] == ["big"]
    assert reader.is_partial


class TestNestingInOnePiece:
    def test_what_stood_before_it_is_kept_and_the_rest_never_reaches_a_parser(self, seen):
        reader = ReplyReader()
        edits = read_by(reader, f'{{"suggestions":[{GOOD},' + '{"a":[' * 20_000)

        assert [edit.original for edit in edits] == ["big"]
        assert reader.is_partial
        assert sum(map(len, seen)) < 1000

    @pytest.mark.parametrize("size", [1, 7, 10**6])
    def test_it_is_found_however_the_reply_is_cut(self, seen, size):
        reply = '{"suggestions":' + "[" * 5000
        with pytest.raises(NoValidSuggestionsError):
            read_by(ReplyReader(), *(reply[at : at + size] for at in range(0, len(reply), size)))

        assert sum(map(len, seen)) < 1000

    @pytest.mark.parametrize("size", [1, 7, 10**6])
    def test_brackets_within_strings_are_words(self, size):
        words = json.dumps("[{" * 500 + '\\"[' * 500)
        reply = f'{{"suggestions":[{{"explanation":{words},{GOOD[1:]}]}}'
        reader = ReplyReader()
        pieces = (reply[at : at + size] for at in range(0, len(reply), size))
        (edit,) = [edit for piece in pieces for edit in reader.feed(TextDelta(piece))]

        assert edit.explanation == json.loads(words)


@pytest.mark.usefixtures("not_quadratic")
def test_no_end_of_items_in_one_piece_is_passed_over_in_time(seen):
    items = read('{"suggestions":[' + "1," * 1_000_000 + "1]}")

    assert items == [None] * 1_000_001
    assert max(map(len, seen)) < 20_000  # while the parser runs, nothing else does


@pytest.mark.parametrize("piece", [" ", "word ", "\n"])
def test_no_end_of_small_pieces_without_json_is_passed_over_in_time(piece):
    with pytest.raises(NoValidSuggestionsError):
        read_by(ReplyReader(), *[piece] * 200_000)


def test_half_a_character_stays_out_of_what_is_kept():
    (edit,) = read('Well: ```json\n[{"original":"big","suggested":"large","before":"\\ud800"}]```')

    assert edit.before.encode() == b""

"""Replies that no schema would let through, from servers that know none."""

import pytest

from shared.errors import NoValidSuggestionsError
from workers.ai.provider import Finished, TextDelta
from workers.ai.replies import ReplyReader

GOOD = '{"original":"big","suggested":"large"}'


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


@pytest.mark.parametrize("piece", [" ", "word ", "\n"])
def test_no_end_of_small_pieces_without_json_is_passed_over_in_time(piece):
    with pytest.raises(NoValidSuggestionsError):
        read_by(ReplyReader(), *[piece] * 200_000)


def test_half_a_character_stays_out_of_what_is_kept():
    (edit,) = read('Well: ```json\n[{"original":"big","suggested":"large","before":"\\ud800"}]```')

    assert edit.before.encode() == b""

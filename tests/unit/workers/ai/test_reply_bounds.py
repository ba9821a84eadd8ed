import pytest

from shared.errors import ProviderError
from workers.ai.provider import Finished, TextDelta, ThoughtDelta, TokenUsage
from workers.ai.reply_bounds import ReplyBounds

MANY = 10_000_000
KILOBYTE = b"x" * 1024


@pytest.fixture
def bounds():
    return ReplyBounds(2048)


def before_too_much(steps):
    """Return how many of these steps can be taken."""
    taken = []
    with pytest.raises(ProviderError) as fault:
        taken.extend(steps)

    assert fault.value.retryable
    return len(taken)


def said(bounds, part):
    return before_too_much(bounds.take(part) for _ in range(MANY))


def read(bounds, piece=KILOBYTE, each=lambda: None):
    return before_too_much(each() for _ in bounds.read(piece for _ in range(MANY)))


def test_a_reply_as_long_as_was_asked_for_is_taken_whatever_its_tokens(bounds):
    for _ in range(2048):
        bounds.take(TextDelta("Donaudampfschiff"))
        bounds.take(ThoughtDelta("Donaudampfschiff"))


def test_words_without_end_are_not(bounds):
    assert 2048 < said(bounds, TextDelta("the ")) < 2048 * 8


def test_thoughts_have_room_beside_the_words(bounds):
    words = said(bounds, TextDelta("the "))

    assert words < said(ReplyBounds(2048), ThoughtDelta("hm. ")) < MANY


@pytest.mark.parametrize("part", [TokenUsage(1, 0, 1), Finished("stop")])
def test_what_is_no_text_takes_no_room(bounds, part):
    for _ in range(1000):
        bounds.take(part)


def test_an_event_that_does_not_end_is_read_no_further(bounds):
    assert read(bounds) == 2048


def test_events_that_do_not_end_are_read_no_further(bounds):
    assert 2048 < read(bounds, each=bounds.next_event) < 64 * 1024


def test_events_with_nothing_in_them_are_too_many_one_day(bounds):
    assert read(bounds, piece=b"", each=bounds.next_event) < MANY // 10


def test_who_may_say_more_may_send_more():
    few, many = ReplyBounds(256), ReplyBounds(16_384)

    assert read(few, each=few.next_event) < read(many, each=many.next_event)

from dataclasses import replace

import pytest

from shared.errors import StoreUnavailableError
from shared.jobs.queue import QueueUnavailableError
from workers.services.stalls import Sight, Stall, StallWatch, Surroundings

IDLE = Sight(at=0.0, still_s=0.5, unanswered_s=0.5, begun=7, waiting=0, free=50)
STILL = replace(IDLE, still_s=9.0)
SILENT = replace(IDLE, unanswered_s=9.0)
HELD_UP = replace(IDLE, waiting=3)
FULL = replace(HELD_UP, free=0, unanswered_s=60.0)


class Around:
    """What Redis and the broker say; an error in place of an answer is raised."""

    def __init__(self, is_ready=False, messages=0):
        self.is_ready, self.count = is_ready, messages

    def _messages(self):
        if isinstance(self.count, Exception):
            raise self.count
        return self.count

    def _ready(self):
        if isinstance(self.is_ready, Exception):
            raise self.is_ready
        return self.is_ready

    @property
    def said(self):
        return Surroundings(self._ready, self._messages)


def watched(sights, around=None, every_s=2.0):
    """Return when, in seconds, and why the watch was sure; None if it never was."""
    watch = StallWatch(20.0, (around or Around()).said)
    for k, sight in enumerate(sights):
        if why := watch.look(replace(sight, at=k * every_s)):
            return k * every_s, why
    return None


WORK = Around(is_ready=True, messages=4)


class TestWhatIsAStall:
    @pytest.mark.parametrize(
        ("sight", "around", "why"),
        [
            (STILL, None, Stall.LOOP),
            (SILENT, None, Stall.SILENCE),
            (HELD_UP, None, Stall.SLOTS),
            (IDLE, WORK, Stall.CONSUMER),
        ],
    )
    def test_it_is_noticed_within_half_a_minute(self, sight, around, why):
        after_s, told = watched([sight] * 20, around)

        assert told is why
        assert 20 <= after_s <= 26

    def test_a_loop_that_stands_still_counts_with_all_slots_full(self):
        assert watched([replace(FULL, still_s=9.0)] * 20)[1] is Stall.LOOP


class TestWhatIsNone:
    @pytest.mark.parametrize(
        ("sight", "around"),
        [
            (IDLE, None),
            (IDLE, Around(is_ready=True, messages=0)),  # lost messages: the sweeper's to send
            (IDLE, Around(is_ready=False, messages=9)),  # of a lane that nobody wants done
            (FULL, WORK),
        ],
    )
    def test_however_long_it_takes(self, sight, around):
        assert watched([sight] * 500, around) is None

    def test_a_storm_of_messages_that_come_to_nothing(self):
        assert watched([replace(IDLE, begun=k) for k in range(500)], WORK) is None

    @pytest.mark.parametrize("sight", [STILL, SILENT, HELD_UP, IDLE])
    def test_while_the_broker_is_away_for_all(self, sight):
        away = Around(is_ready=True, messages=QueueUnavailableError())

        assert watched([sight] * 500, away) is None

    @pytest.mark.parametrize("sight", [STILL, SILENT, HELD_UP, IDLE])
    def test_while_redis_is_away(self, sight):
        away = Around(is_ready=StoreUnavailableError("away"))

        assert watched([sight] * 500, away) is None

    @pytest.mark.parametrize("sight", [SILENT, HELD_UP])
    def test_a_broker_that_comes_back_as_it_is_asked(self, sight):
        around = Around(messages=QueueUnavailableError())
        watch = StallWatch(20.0, around.said)
        for at in range(0, 40, 2):
            around.count = 4 if at >= 22 else QueueUnavailableError()  # what follows takes a moment

            assert watch.look(replace(sight, at=at)) is None

    def test_what_passes_now_and_then(self):
        assert watched(([SILENT] * 9 + [IDLE]) * 50) is None

    def test_one_that_gets_no_processor(self):
        assert watched([STILL] * 500, every_s=9.0) is None

    def test_one_that_was_frozen_begins_to_count_anew(self):
        watch = StallWatch(20.0, Around().said)
        looks = [replace(SILENT, at=at) for at in (0, 2, 4, 6, 8, 300, 302, 304, 318)]

        assert [why for why in map(watch.look, looks) if why] == []

from shared.domain.model_limits import ModelLimits


class TestAModelOfWhichNothingIsSaid:
    def test_it_has_room_for_all(self):
        limits = ModelLimits()

        assert limits.room(10**6) is None
        assert limits.reply(8192, sent=10**6) == 8192
        assert limits.shared(24_000, 8192) == (24_000, 8192)


class TestASmallModel:
    def test_its_room_is_what_is_left_with_some_to_spare(self):
        assert ModelLimits(4096).room(1000) == 2481
        assert ModelLimits(4096).room(9000) == 0

    def test_a_reply_has_what_is_left_but_never_nothing(self):
        assert ModelLimits(4096).reply(8192, sent=1000) == 2481
        assert ModelLimits(4096).reply(8192, sent=9000) == 256

    def test_prompt_and_reply_share_what_there_is(self):
        assert ModelLimits(4096).shared(24_000, 8192) == (1741, 1740)
        assert ModelLimits(32_768).shared(24_000, 8192) == (19_660, 8192)

from types import SimpleNamespace

import gevent
import pytest

from shared.data.mongo.promotions import Promotion
from shared.errors import StoreUnavailableError
from tests.unit.web.services.test_logins import USER
from web.services.promotions import PromotionDesk
from web.wiring import _start

SESSION = SimpleNamespace(owner="s" + "0" * 32)


class Promotions:
    """Moves after a moment, or fails at it."""

    def __init__(self, fault=None):
        self.fault, self.moved = fault, []

    def begin(self, session, user_id):
        return Promotion(session, f"u{user_id}")

    def go_on(self, begun):
        gevent.sleep(0.05)
        if self.fault:
            raise self.fault
        self.moved.append(begun.old)


class TestPromote:
    def test_a_log_in_is_answered_when_all_has_come_along(self):
        promotions = Promotions()
        PromotionDesk(promotions, _start).promote(SESSION, USER)

        assert promotions.moved == [SESSION.owner]

    @pytest.mark.parametrize("fault", [StoreUnavailableError("Away"), ValueError("Ours")])
    def test_one_that_cannot_be_moved_now_is_logged_in_all_the_same(self, fault):
        PromotionDesk(Promotions(fault), _start).promote(SESSION, USER)

    def test_one_without_a_session_brings_nothing(self):
        promotions = Promotions()
        PromotionDesk(promotions, _start).promote(None, USER)

        assert promotions.moved == []

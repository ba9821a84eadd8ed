"""Gives users what they had as a session."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog

from shared.data.mongo.promotions import Promotion
from shared.data.promotions import Promotions
from shared.domain.accounts import User
from shared.domain.identity import Caller
from shared.errors import StoreUnavailableError

_PATIENCE_S = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class PromotionDesk:
    """Moves what a session has to whoever has logged in with it.

    `start` begins a step that goes on by itself, and returns once it has ended or after so many
    seconds.
    """

    promotions: Promotions
    start: Callable[[Callable[[], None], float], None]

    def promote(self, session: Caller | None, user: User) -> None:
        """End the session and move what it owns; what takes long, or breaks off, comes after.

        A session that has died, or was somebody else's a moment sooner, is passed over.

        :raises StoreUnavailableError: the session may still be alive; ask again
        """
        begun = self.promotions.begin(session.owner, user.id) if session else None
        if begun:
            self.start(partial(self._move, begun), _PATIENCE_S)

    def _move(self, begun: Promotion) -> None:
        try:
            self.promotions.go_on(begun)
        except StoreUnavailableError:
            log.warning("promotion_put_off")
        except Exception:
            log.exception("promotion_broke")

"""Brings to an end what a dead process has left half-done in the stores."""

import time
from dataclasses import dataclass, field

import structlog

from shared.data.abandonments import Abandonments
from shared.data.erasures import AccountErasures
from shared.data.mongo.document_upkeep import DocumentUpkeep
from shared.data.promotions import Promotions
from shared.data.template_erasures import TemplateEraser
from shared.errors import StoreUnavailableError

_AT_ONCE = 20
_DELETIONS_EVERY_S = 50.0

log = structlog.get_logger(__name__)


@dataclass
class Housekeeper:
    """Safe to run in any number of processes: every step may be taken twice."""

    erasures: AccountErasures
    promotions: Promotions
    abandonments: Abandonments
    documents: DocumentUpkeep
    templates: TemplateEraser
    _deletions_at: float = field(default=float("-inf"), init=False)

    def tidy(self) -> None:
        """One round; a store that is away is left to the next one."""
        try:
            self._finish_erasures()
            for _ in range(_AT_ONCE):
                if not self.promotions.take_up():
                    break
            if erased := self.abandonments.look_on():
                log.info("sessions_erased", count=erased)
            self._finish_deletions()
        except StoreUnavailableError:
            log.warning("tidying_put_off")

    def _finish_deletions(self) -> None:
        """Now and then: each goes over all that was deleted in the last minutes."""
        if time.monotonic() - self._deletions_at > _DELETIONS_EVERY_S:
            self.documents.finish_deletions()
            self.templates.finish_deletions()
            self._deletions_at = time.monotonic()

    def _finish_erasures(self) -> None:
        """An account that cannot be deleted keeps none of the others from it."""
        for user_id in self.erasures.left_behind():
            try:
                is_gone = self.erasures.go_on(user_id)
            except StoreUnavailableError:
                raise
            except Exception:
                log.exception("erasure_broke")
            else:
                log.info("erasure_went_on", is_gone=is_gone)

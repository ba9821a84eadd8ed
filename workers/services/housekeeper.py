"""Brings to an end what a dead process has left half-done in the stores."""

from dataclasses import dataclass

import structlog

from shared.data.abandonments import Abandonments
from shared.data.erasures import AccountErasures
from shared.data.mongo.document_upkeep import DocumentUpkeep
from shared.data.promotions import Promotions
from shared.data.template_erasures import TemplateEraser
from shared.errors import StoreUnavailableError

_AT_ONCE = 20

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Housekeeper:
    """Safe to run in any number of processes: every step may be taken twice."""

    erasures: AccountErasures
    promotions: Promotions
    abandonments: Abandonments
    documents: DocumentUpkeep
    templates: TemplateEraser

    def tidy(self) -> None:
        """One round; a store that is away is left to the next one."""
        try:
            for user_id in self.erasures.left_behind():
                is_gone = self.erasures.go_on(user_id)
                log.info("erasure_went_on", is_gone=is_gone)
            for _ in range(_AT_ONCE):
                if not self.promotions.take_up():
                    break
            if erased := self.abandonments.look_on():
                log.info("sessions_erased", count=erased)
            self.documents.finish_deletions()
            self.templates.finish_deletions()
        except StoreUnavailableError:
            log.warning("tidying_put_off")

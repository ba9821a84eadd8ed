"""Brings to an end what a dead process has left half-done in the stores."""

from dataclasses import dataclass

import structlog

from shared.data.erasures import AccountErasures
from shared.data.mongo.document_upkeep import DocumentUpkeep
from shared.data.template_erasures import TemplateEraser
from shared.errors import StoreUnavailableError

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Housekeeper:
    """Safe to run in any number of processes: every step may be taken twice."""

    erasures: AccountErasures
    documents: DocumentUpkeep
    templates: TemplateEraser

    def tidy(self) -> None:
        """One round; a store that is away is left to the next one."""
        try:
            for user_id in self.erasures.left_behind():
                is_gone = self.erasures.go_on(user_id)
                log.info("erasure_went_on", is_gone=is_gone)
            self.documents.finish_deletions()
            self.templates.finish_deletions()
        except StoreUnavailableError:
            log.warning("tidying_put_off")

"""Orders a batch for a file so that no crash, here or there, makes it paid for twice."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from copydesk.cli.entrance import OpenDesk
from copydesk.cli.pending import PendingRun, PendingRuns, mark_of
from copydesk.cli.sources import Source, SourceFormat
from copydesk.errors import ApiError, GoneError, IdempotencyMismatchError, NotFoundError
from copydesk.jobs import Batch


@dataclass(frozen=True)
class Order:
    """A batch that was ordered for a file; `is_resumed` where an earlier command ordered it."""

    source: Source
    mark: str
    batch: Batch
    document_id: str | None = None
    is_resumed: bool = False


@dataclass(frozen=True)
class Orders:
    """All orders of one command; `terms` are those of `Desk.improve`."""

    at: OpenDesk
    pending: PendingRuns
    terms: Mapping[str, Any]

    def place(self, source: Source) -> Order:
        """Order, or find what was ordered before for the same content in the same words.

        :raises CommandError: it is no text
        """
        mark = self._mark(source)
        known = self.pending.find(mark)
        batch = self._before(known) if known else None
        if known and batch:
            return Order(source, mark, batch, known.document_id, is_resumed=True)
        if known and known.batch_id:
            self._forget(mark, known.document_id)  # it came to nothing, or is not kept any more
        return self._send(source, mark, is_resumed=bool(known and not known.batch_id))

    def close(self, order: Order) -> None:
        """Forget an order whose result the caller has; a document made for it alone goes away."""
        self._forget(order.mark, order.document_id)

    def _before(self, known: PendingRun) -> Batch | None:
        """Return the batch that was ordered, unless it ended in vain or is not kept any more."""
        if not known.batch_id:
            return None
        try:
            batch = self.at.desk.batch(known.batch_id)
        except (GoneError, NotFoundError):
            return None
        return None if batch.is_final and batch.status != "succeeded" else batch

    def _send(self, source: Source, mark: str, *, is_resumed: bool) -> Order:
        words = {} if source.format is SourceFormat.DOCX else _words(source)
        run = self.pending.begin(mark)
        if not words:
            run = self._imported(source, mark, run)
            words = {"document_id": run.document_id}
        try:
            batch = self.at.desk.improve(**words, **self.terms, idempotency_key=run.key)
        except ApiError as error:
            if not _was_refused(error):
                raise
            self._forget(mark, run.document_id)
            if is_resumed and isinstance(error, (IdempotencyMismatchError, NotFoundError)):
                # Sent by another version of this program, or the document was deleted.
                return self._send(source, mark, is_resumed=False)
            raise
        self.pending.note(mark, replace(run, batch_id=batch.id))
        return Order(source, mark, batch, run.document_id, is_resumed)

    def _forget(self, mark: str, document_id: str | None) -> None:
        self.pending.drop(mark)
        if document_id:
            with suppress(NotFoundError):
                self.at.desk.documents.delete(document_id)

    def _imported(self, source: Source, mark: str, run: PendingRun) -> PendingRun:
        if run.document_id:
            return run
        name = source.path.name if source.path else "document.docx"
        document = self.at.desk.documents.import_file(name, source.raw)
        return self.pending.note(mark, replace(run, document_id=document.id))

    def _mark(self, source: Source) -> str:
        where = str(source.path.absolute()) if source.path else source.name
        shape = {"format": source.format.value, **self.terms}
        return mark_of(self.at.url, self.at.account, where, source.digest, shape)


def _was_refused(error: ApiError) -> bool:
    """Return whether it is sure that nothing was begun, nor will be by the same words."""
    comes_again = ("RATE_LIMITED", "UNAUTHENTICATED")
    return 400 <= error.status < 500 and error.code not in comes_again


def _words(source: Source) -> dict[str, Any]:
    return {"text": source.text, "format": source.format.value}

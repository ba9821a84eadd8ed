"""The course of `copydesk improve`: order, follow, choose, deliver, and again if watching."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

import typer

from copydesk.cli.blanks import deliver_blank
from copydesk.cli.choosing import Choosing
from copydesk.cli.deliveries import Delivery
from copydesk.cli.exits import CommandError, ExitCode, worst
from copydesk.cli.following import Follower, side_by_side
from copydesk.cli.meters import meter_on
from copydesk.cli.options import ImproveOptions
from copydesk.cli.orders import Order, Orders
from copydesk.cli.reporting import explained
from copydesk.cli.results import Finished, finished
from copydesk.cli.screens import Screens
from copydesk.cli.sources import Source, read_source
from copydesk.cli.states import dollars
from copydesk.cli.watching import Watch
from copydesk.errors import CopydeskError, JobFailedError
from copydesk.models.suggestions import Suggestion


@dataclass(frozen=True)
class Improving:
    """One command."""

    options: ImproveOptions
    screens: Screens
    orders: Orders
    watch: Watch

    def run(self) -> ExitCode:
        """Deal with all files; return the status of the one that went worst.

        :raises CommandError: a file cannot be read; nothing was sent
        """
        sources = [read_source(name, self.options.format) for name in self.options.files]
        return self._watched() if self.options.watch else self._round(sources)

    def _watched(self) -> ExitCode:
        while True:
            try:
                sources = self.watch.changed()
            except KeyboardInterrupt:
                return ExitCode.DONE  # nothing was under way
            if self._round(sources) is ExitCode.INTERRUPTED:
                return ExitCode.INTERRUPTED
            self.screens.say("Watching. Ctrl-C ends it.", "dim")

    def _round(self, sources: Sequence[Source]) -> ExitCode:
        blank = [source for source in sources if source.is_blank]
        sources = [source for source in sources if not source.is_blank]
        for source in blank:
            deliver_blank(source, self.options, self.screens)
        meter = meter_on(self.screens.err)
        follower = Follower(self.orders, meter)
        try:
            with meter:
                orders = side_by_side(follower.follow, sources)
        except KeyboardInterrupt:
            return self._leave(follower.placed)
        return worst(list(map(self._end, sources, orders)))

    def _end(self, source: Source, order: "Future[Order]") -> ExitCode:
        try:
            return self._conclude(order.result())
        except (CopydeskError, CommandError) as error:
            message, status = explained(error)
            about = "" if message.startswith(source.name) else f"{source.name}: "
            self.screens.say(f"{about}{message}", "red")
            return status

    def _conclude(self, order: Order) -> ExitCode:
        try:
            done = finished(order, self._text(order))
        except JobFailedError:
            self.orders.close(order)
            raise
        chosen = Choosing(self.screens).choose(done) if self.options.interactive else done.wanted
        status = self._delivery(done, chosen).deliver(done, chosen)
        self.orders.close(order)
        if self.options.watch:
            self._tell_price(order)
        return status

    def _text(self, order: Order) -> str:
        """Return what the suggestions are about: of a DOCX what the server read in it."""
        if order.document_id:
            return self.orders.at.desk.documents.get(order.document_id).content
        return order.source.text

    def _delivery(self, done: Finished, chosen: Sequence[Suggestion]) -> Delivery:
        options = self.options
        is_asked = options.interactive and not (options.apply or options.output or done.is_docx)
        if is_asked and chosen:
            question = f"Write {len(chosen)} changes into {done.name}?"
            options = replace(options, apply=typer.confirm(question, err=True))
        documents = self.orders.at.desk.documents
        return Delivery(options, self.screens, documents, self.watch.settle)

    def _leave(self, placed: Sequence[Order]) -> ExitCode:
        for order in placed:
            batch = order.batch
            if self.options.cancel_on_interrupt:
                batch.cancel()
                self.orders.close(order)
                self.screens.say(f"{order.source.name}: batch {batch.id} is cancelled")
            elif not batch.is_final:
                self.screens.say(
                    f"{order.source.name}: the server goes on with batch {batch.id}. The same "
                    f"command follows it again; `copydesk jobs cancel {batch.id}` stops it."
                )
        return ExitCode.INTERRUPTED

    def _tell_price(self, order: Order) -> None:
        batch = order.batch
        total, known = batch.progress.total, batch.counts.get("cached", 0)
        paid, saved = dollars(batch.usage.cost_usd), dollars(batch.saved_usd or 0.0)
        self.screens.say(
            f"{order.source.name}: {total - known} of {total} sections were new: "
            f"{paid} paid, {saved} saved"
        )

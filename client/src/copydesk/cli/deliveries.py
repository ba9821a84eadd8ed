"""Hands over what came of a file: shown, as a diff, as JSON, written."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from copydesk.cli.commands import print_json
from copydesk.cli.differences import unified_diff
from copydesk.cli.exits import ExitCode
from copydesk.cli.options import ImproveOptions
from copydesk.cli.results import Finished, code_of
from copydesk.cli.rewriting import ChangedMeanwhileError, rewrite, write_new
from copydesk.cli.screens import Screens
from copydesk.cli.showing import Showing, coloured_diff
from copydesk.cli.sources import SourceFormat, format_of
from copydesk.documents import Documents
from copydesk.errors import RevisionConflictError
from copydesk.models.suggestions import Suggestion


@dataclass(frozen=True)
class Delivery:
    """Delivers as the options say."""

    options: ImproveOptions
    screens: Screens
    documents: Documents
    on_rewritten: Callable[[str, bytes], None]

    def deliver(self, done: Finished, chosen: Sequence[Suggestion]) -> ExitCode:
        """Show what is to be shown and write what is to be written; return the status.

        :raises ChangedMeanwhileError: the file is not what was improved any more
        """
        self._tell_failures(done)
        if self.options.json:
            print_json(done.as_json())
        elif self.options.diff:
            self._diff(done, chosen)
        elif self._shows(done):
            self._show(done, chosen)
        self._write(done, chosen)
        if self.options.check and chosen:
            return max(ExitCode.SUGGESTIONS, done.status)
        return done.status

    def _shows(self, done: Finished) -> bool:
        is_written = self.options.apply or self.options.output or self.options.interactive
        return not (is_written or (done.order.source.path is None and not self.options.check))

    def _show(self, done: Finished, chosen: Sequence[Suggestion]) -> None:
        Showing(done.name, done.text, self.screens.out).show_all(chosen)
        if not chosen:
            self.screens.say(f"{done.name}: nothing to suggest")

    def _diff(self, done: Finished, chosen: Sequence[Suggestion]) -> None:
        mark = "" if done.is_docx else done.order.source.mark  # part of the line for who patches it
        lines = unified_diff(mark + done.text, mark + done.improved(chosen), done.name)
        if self.screens.out.is_terminal:
            self.screens.out.print(coloured_diff(lines), end="", soft_wrap=True)
        else:
            self.screens.emit("".join(lines).encode())

    def _write(self, done: Finished, chosen: Sequence[Suggestion]) -> None:
        source = done.order.source
        target = self._target(done)
        if target is not None:
            write_new(target, self._content(done, chosen, format_of(target)))
            self.screens.say(f"{done.name}: written to {target}")
        elif source.path is None and not self._only_tells:
            self.screens.emit(self._content(done, chosen, source.format))
        elif self.options.apply and source.path is not None:
            self._rewrite(done, chosen, source.path)

    @property
    def _only_tells(self) -> bool:
        return self.options.diff or self.options.json or self.options.check

    def _target(self, done: Finished) -> Path | None:
        """Return the other file to write: a DOCX is never written over, its like stands beside."""
        path = done.order.source.path
        if self.options.output or path is None or not done.is_docx:
            return self.options.output
        if self._only_tells and not self.options.apply:
            return None
        return path.with_name(f"{path.stem}.copydesk{path.suffix}")

    def _content(self, done: Finished, chosen: Sequence[Suggestion], wanted: SourceFormat) -> bytes:
        batch, source = done.order.batch, done.order.source
        if not (done.is_docx or wanted is SourceFormat.DOCX):
            return source.encoded(done.improved(chosen))
        is_clean = self.options.apply or wanted is not SourceFormat.DOCX
        if not (is_clean and done.order.document_id):
            return batch.tracked("docx")
        # Applied already where this command was killed behind it: nobody else knows the document.
        with suppress(RevisionConflictError):
            batch.apply(suggestions=[each.id for each in chosen])
        return self.documents.export(done.order.document_id, wanted.value)

    def _rewrite(self, done: Finished, chosen: Sequence[Suggestion], path: Path) -> None:
        content = done.order.source.encoded(done.improved(chosen))
        try:
            rewrite(path, content, expected=done.order.source.raw)
        except ChangedMeanwhileError:
            self._tell_unapplied(done, chosen)
            raise
        self.on_rewritten(done.name, content)
        self.screens.say(f"{done.name}: {len(chosen)} applied")

    def _tell_unapplied(self, done: Finished, chosen: Sequence[Suggestion]) -> None:
        self.screens.say(f"{done.name}: not applied:")
        Showing(done.name, done.text, self.screens.err).show_all(chosen)

    def _tell_failures(self, done: Finished) -> None:
        for section in done.failed:
            line = done.text.count("\n", 0, section.start) + 1
            self.screens.say(f"{done.name}:{line}: this section failed: {code_of(section)}", "red")
